using System.Security.Cryptography;
using System.Text;
using Iot.Configuration;

namespace Iot.EdgeAgent.Configuring;

/// <summary>This machine's settings with the gateway's laid over them, read and checked.</summary>
internal sealed record EffectiveSettings(IConfigurationRoot Configuration, AgentOptions Options, DesiredConfig? Remote)
{
    private static readonly string[] Secrets = ["Password", "Token", "Secret"];

    /// <summary>The same hash, the same behaviour: for whoever compares a fleet.</summary>
    public string Hash()
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Flat(Configuration).OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (!Secrets.Any(word => key.EndsWith(word, StringComparison.OrdinalIgnoreCase))) text.Append(key.ToUpperInvariant()).Append('=').Append(value).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    /// <param name="local">This machine's.</param>
    /// <param name="remote">Null: nothing is laid over it.</param>
    /// <param name="allowExec">It may define programs.</param>
    /// <param name="problems">What is wrong, when null is returned.</param>
    public static EffectiveSettings? TryRead(IConfigurationRoot local, DesiredConfig? remote, bool allowExec, out IReadOnlyList<ConfigProblem> problems)
    {
        problems = remote is null ? [] : [.. RemoteRules.Problems(remote, local, allowExec)];
        if (problems.Count > 0) return null;

        try
        {
            var configuration = remote is null ? local : Over(local, remote);
            return new(configuration, AgentSettings.Load(configuration), remote);
        }
        catch (SettingsException e)
        {
            problems = [.. e.Problems.Select(ConfigProblem.Of)];
            return null;
        }
    }

    /// <summary>The agent's own keys; an environment holds much else.</summary>
    public static Dictionary<string, string> Flat(IConfiguration configuration)
    {
        var flat = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in AgentSettings.Sections.SelectMany(section => configuration.GetSection(section).AsEnumerable()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (value is not null) flat[key] = value;
        }

        return flat;
    }

    private static IConfigurationRoot Over(IConfigurationRoot local, DesiredConfig remote)
    {
        var flat = Flat(local);
        foreach (var key in flat.Keys.Where(key => remote.Removed.Any(removed => IsBeneath(key, removed))).ToList()) flat.Remove(key);
        foreach (var (key, value) in remote.Values) flat[key] = value;

        return LocalSettings.Of(flat);
    }

    private static bool IsBeneath(string key, string removed) =>
        key.StartsWith(removed, StringComparison.OrdinalIgnoreCase) && (key.Length == removed.Length || key[removed.Length] == ':');
}
