using System.Globalization;
using Iot.Configuration;
using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.EdgeAgent.Updating;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What may be set from afar. Not who this device is, not where its data lies, no secrets, no files, no programs.</summary>
/// <remarks>
/// Whoever may configure a device at the gateway must not thereby read its files (a password file would be sent as a password),
/// run programs on it, or take away the encryption of its link.
/// </remarks>
internal static class RemoteRules
{
    public static readonly string[] Sections =
        [SensorOptions.Section, BatchingOptions.Section, OutboxOptions.Section, GatewayOptions.Section, TimeOptions.Section, UpdateOptions.Section, "Logging"];

    private static readonly string[] Secrets = ["Password", "Token", "Secret", "Username"];
    private static readonly string[] Programs = ["Command", "Program", "Arguments", "Exec", "Shell", "WorkingDirectory", "Environment", "User"];

    /// <param name="desired">What is to be laid over <paramref name="local"/>.</param>
    /// <param name="local">What is configured on this machine.</param>
    /// <param name="allowExec"><see cref="RemoteOptions.AllowExec"/></param>
    public static IEnumerable<ConfigProblem> Problems(DesiredConfig desired, IConfiguration local, bool allowExec)
    {
        foreach (var key in desired.Removed.Where(key => !key.Contains(':', StringComparison.Ordinal)))
            yield return new(key, "null", "a whole section cannot be taken away; name the keys.");

        foreach (var (key, value) in desired.Values.Select(pair => (pair.Key, (string?)pair.Value)).Concat(desired.Removed.Select(key => (key, (string?)null))))
        {
            if (WhyNot(key.Split(':'), value, allowExec) is { } why) yield return new(key, IsSecret(key) ? null : value, why);
        }

        foreach (var problem in RemoteUrls.Problems(desired, local)) yield return problem;

        foreach (var (key, value) in desired.Values.Where(pair => pair.Key.StartsWith("Logging:LogLevel:", StringComparison.OrdinalIgnoreCase)))
        {
            if (!Enum.TryParse<LogLevel>(value, ignoreCase: true, out _)) yield return new(key, value, $"must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }
    }

    private static string? WhyNot(string[] parts, string? value, bool allowExec)
    {
        var (section, last) = (parts[0], parts[^1]);
        if (!Sections.Contains(section, StringComparer.OrdinalIgnoreCase)) return NotFromAfar(section);
        if (IsSecretName(last)) return "is a secret and cannot be set remotely; set it on the device.";
        if (last.EndsWith("File", StringComparison.OrdinalIgnoreCase)) return "names a file of the device and cannot be set remotely; set it on the device.";
        if (allowExec || !section.Equals(SensorOptions.Section, StringComparison.OrdinalIgnoreCase)) return null;

        var isProgram = parts.Skip(2).Any(part => Programs.Any(word => part.Equals(word, StringComparison.OrdinalIgnoreCase)))
            || (last.Equals(nameof(SensorOptions.Kind), StringComparison.OrdinalIgnoreCase) && IsExec(value));
        return isProgram ? "defines a program to run here and cannot be set remotely; allow it on the device with Remote:AllowExec = true." : null;
    }

    private static string NotFromAfar(string section)
    {
        var near = NearestName.Find(section, Sections);
        return $"cannot be set remotely{(near is null ? "" : $"; did you mean {near}?")}. What can: {string.Join(", ", Sections)}.";
    }

    /// <summary>Anything but a name of a kind that runs nothing: a number is a kind, too, to the binder.</summary>
    private static bool IsExec(string? kind) =>
        kind is not null && (kind.Contains("exec", StringComparison.OrdinalIgnoreCase) || int.TryParse(kind, CultureInfo.InvariantCulture, out _) || kind.Contains(',', StringComparison.Ordinal));

    private static bool IsSecret(string key) => IsSecretName(key.Split(':')[^1]);

    private static bool IsSecretName(string name) => Secrets.Any(word => name.EndsWith(word, StringComparison.OrdinalIgnoreCase));
}
