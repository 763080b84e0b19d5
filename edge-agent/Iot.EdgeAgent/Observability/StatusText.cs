using System.Globalization;
using System.Text;

namespace Iot.EdgeAgent.Observability;

/// <summary>The agent's state as a person reads it, on a narrow screen too: one fact a line.</summary>
internal static class StatusText
{
    /// <summary>It notes its state every 10 s; an older one tells of an agent that hangs.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    public static string Of(AgentStatus status, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line(text, "agent", status.Running
            ? $"{status.Version} runs as process {status.ProcessId.ToString(CultureInfo.InvariantCulture)}{(status.StartedAt is { } start ? " since " + Moment(start) : "")}"
            : $"{status.Version} does not run; it was last seen {Amounts.Ago(now - status.At)}, {Moment(status.At)}");
        if (status.Running && now - status.At > Stale)
            Line(text, "", $"but it has not noted its state for {Amounts.Duration(now - status.At)}: it hangs, or the clock was set. See journalctl -u iot-edge-agent");

        Line(text, "gateway", status.Gateway);
        if (status.Identity is { } identity) Add(text, identity, now);
        if (status.Clock is { } clock) Line(text, "clock", $"{clock}{(clock.SkewSeconds is { } skew ? string.Create(CultureInfo.InvariantCulture, $"; {skew:+0.###;-0.###;0} s against the gateway's") : "")}");
        if (status.Configuration is { } configuration) Add(text, configuration);
        if (status.Update is { } update) Line(text, "update", $"{update.Version} {Words(update.State)} {Moment(update.At)}{(update.Reason is { } reason ? ": " + reason : "")}");
        foreach (var device in status.Devices) Add(text, device, now);
        return text.ToString();
    }

    private static void Add(StringBuilder text, IdentityStatus identity, DateTimeOffset now)
    {
        var left = identity.NotAfter - now;
        var state = left > TimeSpan.Zero ? $"good until {Moment(identity.NotAfter)} ({Amounts.Duration(left)})" : $"EXPIRED {Moment(identity.NotAfter)}";
        Line(text, "identity", $"{identity.Device}, certificate {identity.Serial}, {state}");
        Line(text, "renewal", $"by itself from {Moment(identity.NextRenewal)} on{(identity.LastRenewalFailure is { } failure ? "; the last try FAILED: " + failure : "")}");
    }

    private static void Add(StringBuilder text, ConfigurationStatus configuration)
    {
        var inForce = configuration.InForce == 0 ? "this machine's own" : $"version {configuration.InForce.ToString(CultureInfo.InvariantCulture)}";
        Line(text, "config", configuration.Version == 0
            ? "of this machine"
            : $"version {configuration.Version.ToString(CultureInfo.InvariantCulture)} of the gateway: {configuration.State}; in force: {inForce}");
        foreach (var problem in configuration.Problems) Line(text, "", $"not used: {problem}");
        foreach (var problem in configuration.LocalProblems) Line(text, "", $"BAD FILE, the last good configuration is in force: {problem}");
    }

    private static string Words(string state) => state switch
    {
        "Applied" => "was installed",
        "Trial" => "is on trial since",
        "GoingBack" => "is being taken back since",
        "RolledBack" => "was TAKEN BACK",
        "Refused" => "was REFUSED",
        _ => "cannot be told",
    };

    private static void Add(StringBuilder text, DeviceStatus device, DateTimeOffset now)
    {
        text.AppendLine();
        Line(text, "device", device.Device);
        Line(text, "link", device.Connected ? "connected" : $"NOT CONNECTED: {device.LastFailure ?? "not yet"}");
        Line(text, "outbox", Outbox(device));
        Line(text, "published", device.LastPublished is { } at
            ? $"{Amounts.Count(device.Published, "batch", "batches")} since the start, the last {Amounts.Ago(now - at)}"
            : "nothing since the start");
        Line(text, "given up", device.GivenUp == 0 ? "nothing since the start" : $"{Amounts.Count(device.GivenUp, "reading", "readings")} since the start: the outbox was full, or the disk failed");
        var title = "sensors";
        foreach (var sensor in device.Sensors)
        {
            Line(text, title, $"{sensor.Name,-20} every {Amounts.Duration(sensor.Interval)}{(sensor.Failure is null ? "" : "  FAILS: " + sensor.Failure)}");
            title = "";
        }
    }

    private static string Outbox(DeviceStatus device)
    {
        var waiting = $"{Amounts.Count((long)device.Waiting, "batch waits", "batches wait")}";
        var size = device.OutboxMaxBytes > 0 ? $", {Amounts.Bytes(device.OutboxBytes)} of {Amounts.Bytes(device.OutboxMaxBytes)} on disk" : "";
        return waiting + size + (device.OutboxFull ? "; FULL, new readings are given up" : "");
    }

    private static void Line(StringBuilder text, string title, string fact) => text.Append(CultureInfo.InvariantCulture, $"{title,-10} {fact}").AppendLine();

    private static string Moment(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
