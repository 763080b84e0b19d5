using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Doctor;

/// <summary>MQTT and the round trip of an agent that runs, from what it notes: a connect of our own would end its session.</summary>
internal static class RunningCheck
{
    /// <summary>Of the state that it notes, of answers on a bad line.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    public static IEnumerable<Finding> Run(Installation installation, DeviceStatus device)
    {
        if (!device.Connected)
        {
            var reason = device.LastFailure ?? "it has not got through yet";
            yield return Finding.Fail("mqtt", $"the agent is not connected: {reason.TrimEnd('.')}", RefusalAdvice.For(reason, installation));
            yield break;
        }

        yield return Finding.Ok("mqtt", $"the agent is connected as {device.Device}");
        yield return RoundTrip(installation, device);
    }

    private static Finding RoundTrip(Installation installation, DeviceStatus device)
    {
        const string check = "round trip";
        const string restart = "sudo systemctl restart iot-edge-agent; if that does not help, look at the gateway's log for this device.";
        var (status, now) = (installation.Running!, installation.Clock.GetUtcNow());
        var since = device.LastPublished ?? status.StartedAt ?? status.At;
        var silence = status.At - since;
        if (status.Clock is { Known: false } && device.Waiting > 0) return Finding.Warn(check, $"{Amounts.Count((long)device.Waiting, "batch waits", "batches wait")} for their time", "See the line 'clock' above.");
        if (silence <= Expected(installation, device) && device.LastPublished is { } at) return Finding.Ok(check, $"the gateway acknowledged the agent's last batch {Amounts.Ago(now - at)}");
        if (silence <= Expected(installation, device)) return Finding.Warn(check, "the agent has just started and no batch is acknowledged yet", "Run the doctor again in a minute.");

        return device.Waiting > 0
            ? Finding.Fail(check, $"{Amounts.Count((long)device.Waiting, "batch waits", "batches wait")}, and the gateway has acknowledged none for {Amounts.Duration(silence)}", restart)
            : Finding.Warn(check, $"nothing was sent for {Amounts.Duration(silence)}: there was nothing to send", "See the sensors above.");
    }

    private static TimeSpan Expected(Installation installation, DeviceStatus device)
    {
        var shortest = device.Sensors.Count > 0 ? device.Sensors.Min(sensor => sensor.Interval) : TimeSpan.Zero;
        return shortest + installation.Options.Batching.MaxAge + Grace;
    }
}
