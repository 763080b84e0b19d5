namespace Iot.Gateway.Delivery;

/// <summary>Where a sink's circuit stands; the states of Polly, and none for a sink that needs no circuit.</summary>
internal enum CircuitState
{
    None,
    Closed,
    HalfOpen,
    Open,
}

/// <summary>How a sink is doing, for health, metrics and the dashboard.</summary>
/// <param name="Circuit">An open circuit is degraded, not dead: readings wait in the spool.</param>
/// <param name="Problem">What is wrong and what becomes of the data, in one sentence; null when all is well.</param>
internal sealed record SinkHealth(CircuitState Circuit, string? Problem)
{
    /// <summary>Since when the circuit is in this state, or the problem is there; null when nobody noted it.</summary>
    public DateTimeOffset? Since { get; init; }
}
