using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;

namespace Iot.EdgeAgent.Configuring;

/// <summary>Where a device may be told from afar to connect to: not in clear where it was encrypted, not anywhere with a password that was given to it for another place, and of its files only to ports.</summary>
internal static class RemoteUrls
{
    private const string Gateway = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Url)}";
    private const string Devices = "/dev/";

    private static readonly string[] Credentials = ["Username", "Password", "PasswordFile"];

    public static IEnumerable<ConfigProblem> Problems(DesiredConfig desired, IConfiguration local)
    {
        foreach (var (key, value) in desired.Values.Select(pair => (pair.Key, (string?)pair.Value)).Concat(desired.Removed.Select(key => (key, (string?)null))))
        {
            if (!key.EndsWith(":Url", StringComparison.OrdinalIgnoreCase)) continue;
            if (WhyNot(key, value, local) is { } why) yield return new(key, value ?? "null", why);
        }
    }

    /// <param name="url">Null: what this machine has is taken away, and the default counts, which is not encrypted.</param>
    private static string? WhyNot(string key, string? url, IConfiguration local)
    {
        if (url is not null && url.Equals(local[key], StringComparison.Ordinal)) return null;
        if (key.Equals(Gateway, StringComparison.OrdinalIgnoreCase) && local[key] is { } now && IsEncrypted(now) && !IsEncrypted(url))
            return "the link is encrypted (mqtts://) and cannot be made otherwise remotely; change it on the device.";

        var section = local.GetSection(key[..key.LastIndexOf(':')]);
        if (Credentials.FirstOrDefault(name => section[name] is not null) is { } given)
            return $"the device would send its own {given} there, so it cannot be set remotely; change it on the device.";

        return IsOtherFile(key, url) ? $"must be a port in {Devices}, such as rtu:///dev/ttyUSB0, when it is set remotely; others can be set on the device." : null;
    }

    private static bool IsOtherFile(string key, string? url) =>
        key.StartsWith($"{SensorOptions.Section}:", StringComparison.OrdinalIgnoreCase) && url is not null && url.StartsWith("rtu:", StringComparison.OrdinalIgnoreCase)
        && (!url.StartsWith($"rtu://{Devices}", StringComparison.OrdinalIgnoreCase) || url.Contains("..", StringComparison.Ordinal));

    private static bool IsEncrypted(string? url) => url is not null && url.StartsWith("mqtts:", StringComparison.OrdinalIgnoreCase);
}
