using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Influx;

/// <summary>Waits between attempts; their number has no limit, since readings wait safely in the spool. Section <c>Influx:Retry</c>.</summary>
/// <remarks>What the server asks for in <c>Retry-After</c> is obeyed, up to an hour.</remarks>
internal sealed record InfluxRetryOptions
{
    public const string Section = InfluxOptions.Section + ":Retry";

    /// <summary>Middle of the first wait; doubles from attempt to attempt, with jitter. 1 ms–1 min; default 200 ms.</summary>
    [Duration("00:00:00.001", "00:01:00")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait, jitter included. 10 ms–10 min; default 10 s.</summary>
    [Duration("00:00:00.010", "00:10:00")]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait after an answer that a person must put right (401, 403, 404). 10 ms–1 h; default 15 s.</summary>
    [Duration("00:00:00.010", "01:00:00")]
    public TimeSpan HeldDelay { get; init; } = TimeSpan.FromSeconds(15);

    internal IEnumerable<string> Problems() => InfluxRules.Broken("Retry", this)
        .Concat(MaxDelay < Delay ? [$"Retry:MaxDelay ({MaxDelay}) is shorter than Retry:Delay ({Delay})."] : []);
}

/// <summary>When the circuit opens, and for how long. Section <c>Influx:Circuit</c>.</summary>
/// <remarks>Counted are 5xx, 429, timeouts and broken connections. Refusals (400, 401, 403, 404, 413, 422) never are.</remarks>
internal sealed record InfluxCircuitOptions
{
    public const string Section = InfluxOptions.Section + ":Circuit";

    /// <summary>Share of attempts that must fail. 0.01–1; default 0.5.</summary>
    [Range(0.01, 1.0)]
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>Attempts within <see cref="Sampling"/> before the ratio counts. 2–1,000; default 4.</summary>
    [Range(2, 1_000)]
    public int MinimumThroughput { get; init; } = 4;

    /// <summary>Time over which attempts are counted. 500 ms–10 min; default 30 s.</summary>
    [Duration("00:00:00.500", "00:10:00")]
    public TimeSpan Sampling { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing is sent once it is open; then one write probes. 500 ms–10 min; default 5 s.</summary>
    [Duration("00:00:00.500", "00:10:00")]
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<string> Problems(InfluxOptions whole)
    {
        foreach (var problem in InfluxRules.Broken("Circuit", this)) yield return problem;

        if (Sampling * whole.MaxInFlight < whole.Timeout * MinimumThroughput)
        {
            yield return $"Circuit:Sampling ({Sampling}) is too short: {MinimumThroughput} timeouts of {whole.Timeout}, " +
                         $"{whole.MaxInFlight} at a time, do not fit in it, so a server that hangs would never open the circuit.";
        }
    }
}
