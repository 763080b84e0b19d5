namespace Iot.Gateway.Commands;

/// <summary>A password for a command: from a file, from stdin or typed twice; never a word of the command line, which others on this machine see.</summary>
internal static class PasswordInput
{
    /// <returns>Null: there is none, which was said.</returns>
    public static string? Read(FileInfo? file)
    {
        var password = file is null ? Terminal.Secret("Password") : File.ReadLines(file.FullName).FirstOrDefault();
        if (string.IsNullOrEmpty(password))
        {
            Terminal.Error($"No password on {(file is null ? "stdin" : $"the first line of '{file}'")}. Nothing was changed.");
            return null;
        }

        if (file is not null || !Terminal.IsTyped || password.Equals(Terminal.Secret("Again"), StringComparison.Ordinal)) return password;

        Terminal.Error("The two passwords are not the same. Nothing was changed.");
        return null;
    }
}
