using System.Text.Json.Serialization;

namespace Iot.Gateway.Observability;

/// <summary>What <c>/health/live</c> and <c>/health/ready</c> answer from.</summary>
/// <param name="Loops">A stuck or ended loop means not alive: restart the process.</param>
/// <param name="NotReady">One sentence for each reason that messages are not taken now: journal not open, full, MQTT not listening.</param>
/// <param name="Figures">A sink with a problem degrades, and no more: its readings wait in the spool.</param>
internal sealed record GatewayHealth(LoopWatch Loops, Func<IReadOnlyList<string>> NotReady, GatewayFigures Figures)
{
    /// <summary>One sentence for whatever else works badly and holds up no message.</summary>
    public Func<IReadOnlyList<string>> Degraded { get; init; } = () => [];

    public HealthReport Live() => Report(Loops.Problems(), degraded: []);

    public HealthReport Ready() => Report(
        [.. Loops.Problems(), .. NotReady()],
        [.. Figures.Sinks().Where(sink => sink.Problem is not null).Select(sink => $"{sink.Name}: {sink.Problem}"), .. Degraded()]);

    private static HealthReport Report(IReadOnlyList<string> failures, IReadOnlyList<string> degraded) => new(
        failures.Count > 0 ? HealthState.Unhealthy : degraded.Count > 0 ? HealthState.Degraded : HealthState.Healthy,
        [.. failures, .. degraded]);
}

internal enum HealthState
{
    [JsonStringEnumMemberName("healthy")] Healthy,

    /// <summary>Works, and somebody should look: answered with 200.</summary>
    [JsonStringEnumMemberName("degraded")] Degraded,

    /// <summary>Answered with 503.</summary>
    [JsonStringEnumMemberName("unhealthy")] Unhealthy,
}

/// <param name="Reasons">Why, one sentence each; empty when healthy.</param>
internal sealed record HealthReport(HealthState Status, IReadOnlyList<string> Reasons);
