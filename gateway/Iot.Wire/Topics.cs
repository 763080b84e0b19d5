namespace Iot.Wire;

/// <summary>What a device may say on a topic of its own.</summary>
public enum TopicKind
{
    None = 0,

    /// <summary><c>v1/devices/{device}/telemetry</c>: a SenML pack.</summary>
    Telemetry,

    /// <summary><c>v1/devices/{device}/telemetry/line</c>: InfluxDB line protocol.</summary>
    TelemetryLine,

    /// <summary><c>v1/devices/{device}/status</c>: birth and last will, retained.</summary>
    Status,

    /// <summary><c>v1/devices/{device}/config/desired</c>: gateway to device, retained.</summary>
    ConfigDesired,

    /// <summary><c>v1/devices/{device}/config/reported</c>: device to gateway, retained.</summary>
    ConfigReported,
}

/// <summary>The topics of the contract, made and taken apart.</summary>
public static class Topics
{
    private const string Prefix = "v1/devices/";

    public static string Telemetry(DeviceId device) => $"{Prefix}{device.Value}/telemetry";

    public static string TelemetryLine(DeviceId device) => $"{Prefix}{device.Value}/telemetry/line";

    public static string Status(DeviceId device) => $"{Prefix}{device.Value}/status";

    public static string ConfigDesired(DeviceId device) => $"{Prefix}{device.Value}/config/desired";

    public static string ConfigReported(DeviceId device) => $"{Prefix}{device.Value}/config/reported";

    /// <summary>False when the topic is not one of the contract's, or names no valid device.</summary>
    public static bool TryParse(ReadOnlySpan<char> topic, out DeviceId device, out TopicKind kind)
    {
        device = default;
        kind = TopicKind.None;
        if (!topic.StartsWith(Prefix, StringComparison.Ordinal)) return false;

        var rest = topic[Prefix.Length..];
        var slash = rest.IndexOf('/');
        if (slash < 0) return false;

        kind = rest[(slash + 1)..] switch
        {
            "telemetry" => TopicKind.Telemetry,
            "telemetry/line" => TopicKind.TelemetryLine,
            "status" => TopicKind.Status,
            "config/desired" => TopicKind.ConfigDesired,
            "config/reported" => TopicKind.ConfigReported,
            _ => TopicKind.None,
        };

        return kind != TopicKind.None && DeviceId.TryParse(rest[..slash], out device);
    }
}
