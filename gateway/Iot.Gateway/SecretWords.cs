namespace Iot.Gateway;

/// <summary>Secrets are no words of the command line: everybody on the machine can list those of a process.</summary>
internal static class SecretWords
{
    private static readonly string[] Secrets = ["Http:ApiKey", "Influx:Token", "Influx:Password"];

    /// <summary>What is wrong with the words, a sentence each. The secret itself is not repeated.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<string> commandLine)
    {
        var given = new ConfigurationBuilder().AddCommandLine([.. commandLine]).Build();
        return Secrets.Where(key => given[key] is { Length: > 0 }).Select(key =>
            $"{key}: a secret is not taken from the command line, which everybody on this machine can read. Put it into a file and say {key}File, "
            + $"or into the environment as {key.Replace(":", "__", StringComparison.Ordinal)}. What was typed may be known by now: make a new one.");
    }
}
