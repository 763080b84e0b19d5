using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Updating;

/// <summary>Whether a version that was just installed does its work: it runs, and the gateway has acknowledged a batch that it has sampled and stored itself.</summary>
internal sealed class UpdateTrial(Func<AgentStatus?> status, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1); // the agent's runtime directory goes with it, so there is nothing to watch

    /// <returns>Null when it does, else what is missing, a sentence.</returns>
    public async Task<string?> PassAsync(string version, TimeSpan within, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            var now = status();
            if (Serves(now, version)) return null;
            if (clock.GetElapsedTime(start) >= within) return IsConnected(now, version) ? null : Missing(now, version, within);
        }
        while (await timer.WaitForNextTickAsync(cancellation));

        return "It was not waited for.";
    }

    private static bool Serves(AgentStatus? now, string version) =>
        Runs(now, version) && now!.Devices.Count > 0 && now.Devices.All(device => device is { Connected: true, Fresh: true });

    /// <summary>An agent that has nothing to sample publishes nothing, and is well all the same.</summary>
    private static bool IsConnected(AgentStatus? now, string version) =>
        Runs(now, version) && now!.Devices.Count > 0 && now.Devices.All(device => device is { Connected: true, Sensors.Count: 0 });

    private static bool Runs(AgentStatus? now, string version) => now is { Running: true } && now.Version.Equals(version, StringComparison.Ordinal);

    private static string Missing(AgentStatus? now, string version, TimeSpan within) => now switch
    {
        null or { Running: false } => $"It does not run {within.TotalSeconds} s after it was installed.",
        _ when !Runs(now, version) => $"What runs is {now.Version}.",
        _ => $"It was without an acknowledgement of the gateway for {within.TotalSeconds} s: {(now.Devices.Count > 0 ? now.Devices[0].LastFailure : null) ?? "nothing was published"}.",
    };
}
