namespace Iot.Gateway.Dashboard.Access;

/// <summary>What lets commands on this machine in: a key, new at each start, in a file that only the gateway's user and root read.</summary>
/// <remarks>The file also says which address it is for, so that a command that is pointed elsewhere shows it to nobody.</remarks>
internal sealed class LocalKey(string path)
{
    public const string FileName = "local.key";

    private readonly string _text = ApiKey.NewText();
    private ConfiguredKey? _key;

    /// <summary>Holds from now on.</summary>
    public void Write(Uri url)
    {
        SecretFile.Write(path, $"{_text}\n{url}\n");
        _key = new(_text);
    }

    public bool Matches(string presented) => _key?.Matches(presented) == true;

    /// <returns>Null when there is none for this address, or it may not be read.</returns>
    public static string? Read(string directory, Uri url)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(directory, FileName)) is [var text, var address, ..] && address.Equals(url.ToString(), StringComparison.Ordinal) ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the gateway then says what it needs
        }
    }
}
