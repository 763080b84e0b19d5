using System.Globalization;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether the agent runs, and is not stuck.</summary>
internal static class AgentCheck
{
    private const string Check = "agent";
    private const string Restart = "sudo systemctl restart iot-edge-agent; what went before is in journalctl -u iot-edge-agent.";

    /// <summary>It notes its state every 10 s.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    public static IEnumerable<Finding> Run(Installation installation)
    {
        yield return Life(installation);
        if (installation.Running is not { } agent) yield break;

        foreach (var problem in agent.Configuration?.LocalProblems ?? [])
            yield return Finding.Fail("settings", $"not in force: {problem.TrimEnd('.')}", "The last good ones are. Correct the file; the agent takes it by itself.");
        foreach (var problem in agent.Configuration?.Problems ?? [])
            yield return Finding.Warn("settings", $"what the gateway wants is not in force: {problem.TrimEnd('.')}", "Tell the gateway's operator, who can correct it.");
        if (agent.Update is { Reason: { } reason } update)
            yield return Finding.Warn("update", $"{update.Version} does not run: {reason.TrimEnd('.')}", "The version before goes on. Tell the gateway's operator.");
    }

    private static Finding Life(Installation installation)
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
