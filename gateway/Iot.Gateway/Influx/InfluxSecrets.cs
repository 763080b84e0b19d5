namespace Iot.Gateway.Influx;

/// <summary>The token and password, from where they were put: the key itself, a file, or a systemd credential.</summary>
/// <remarks>
/// Credentials are files named <c>influx.token</c> and <c>influx.password</c> in <c>$CREDENTIALS_DIRECTORY</c>
/// (<c>LoadCredential=influx.token:/etc/iot-gateway/influx.token</c>); a key or file in the configuration goes first.
/// </remarks>
internal sealed record InfluxSecrets(string Token, string Password)
{
    /// <summary>Reads them once, at start.</summary>
    /// <exception cref="IOException">A file that the configuration names cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read by this user.</exception>
    public static InfluxSecrets Read(InfluxOptions options, string? credentialsDirectory) => new(
        Read(options.Token, options.TokenFile, credentialsDirectory, "influx.token"),
        Read(options.Password, options.PasswordFile, credentialsDirectory, "influx.password"));

    private static string Read(string value, string file, string? credentialsDirectory, string credential)
    {
        if (value.Length > 0) return value;
        if (file.Length > 0) return File.ReadAllText(file).Trim();
        if (credentialsDirectory is null) return "";

        var path = Path.Combine(credentialsDirectory, credential);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    /// <summary>Says nothing of what it holds, wherever it is printed.</summary>
    public override string ToString() => "(secrets)";
}
