namespace Iot.LoadTest.Spool;

/// <param name="Directory">Made, filled, and removed at the end; on a real disk.</param>
/// <param name="Messages">Of 100 readings each, about 10.7 KB as records.</param>
/// <param name="Behind">Messages after the last snapshot of the books when the gateway is killed; at 64 MiB it writes the next.</param>
internal sealed record SpoolArguments(string Directory, string Gateway, int Messages, int Behind, int Repeat)
{
    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static SpoolArguments Parse(string[] args)
    {
        if (args is not [var directory, ..] || directory.StartsWith('-')) throw new FormatException("No directory was named.");
        if (Path.Exists(directory)) throw new FormatException($"'{directory}' is there already; name a directory that can be made and removed.");

        var arguments = new SpoolArguments(Path.GetFullPath(directory), Programs.Gateway, 1_000_000, 5900, 3);
        foreach (var (option, value) in LoadArguments.Options(args.AsSpan(1)))
        {
            arguments = option switch
            {
                "--gateway" => arguments with { Gateway = Path.GetFullPath(value) },
                "--messages" => arguments with { Messages = LoadArguments.Number(option, value, 1000, 100_000_000) },
                "--behind" => arguments with { Behind = LoadArguments.Number(option, value, 0, 10_000_000) },
                "--repeat" => arguments with { Repeat = LoadArguments.Number(option, value, 1, 99) },
                _ => throw new FormatException($"There is no option '{option}'."),
            };
        }

        return arguments;
    }
}
