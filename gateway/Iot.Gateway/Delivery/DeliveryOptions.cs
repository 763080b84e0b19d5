using Iot.Configuration;

namespace Iot.Gateway.Delivery;

/// <summary>How readings are carried from the spool to the sinks. Section <c>Delivery</c>.</summary>
internal sealed record DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>Longest time between a write and its checkpoint; a crash repeats that much. 0–10 s; default 200 ms.</summary>
    [Duration("00:00:00", "00:00:10")]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long writes under way may still take at shutdown. 0–30 s; default 5 s.</summary>
    [Duration("00:00:00", "00:00:30")]
    public TimeSpan DrainFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before a loop that failed starts again. 100 ms–10 min; default 5 s.</summary>
    [Duration("00:00:00.100", "00:10:00")]
    public TimeSpan RestartAfter { get; init; } = TimeSpan.FromSeconds(5);
}
