using System.Globalization;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether the agent runs, and is not stuck.</summary>
internal static class AgentCheck
{
    private const string Check = "agent";
    private const string Restart = "sudo systemctl restart iot-edge-agent; what went before is in journalctl -u iot-edge-agent.";

    /// <summary>It notes its state every 10 s.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    public static Finding Run(Installation installation)
    {
        if (installation.Status is not { } status) return Finding.Warn(Check, "none has run here yet", "sudo systemctl enable --now iot-edge-agent.");

        var silent = installation.Clock.GetUtcNow() - status.At;
        if (!status.Running) return Finding.Warn(Check, $"does not run; it was last seen {Amounts.Ago(silent)}", "sudo systemctl start iot-edge-agent; if it ends again, journalctl -u iot-edge-agent says why.");

        var process = status.ProcessId.ToString(CultureInfo.InvariantCulture);
        return silent > Stale
            ? Finding.Fail(Check, $"process {process} has not noted its state for {Amounts.Duration(silent)}", Restart)
            : Finding.Ok(Check, $"{status.Version} runs as process {process}");
    }
}
