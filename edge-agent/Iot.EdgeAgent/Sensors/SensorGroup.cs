namespace Iot.EdgeAgent.Sensors;

/// <summary>Sensors that are sampled together, so that their readings share a time.</summary>
internal sealed record SensorGroup(string Name, TimeSpan Interval, IReadOnlyList<ISensor> Sensors)
{
    /// <summary>Which of the device's outboxes keeps the readings; empty for the one without a name.</summary>
    public string Stream { get; init; } = "";

    /// <summary>After this without an answer a sensor is said to hang.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What becomes of the readings; null: they are handed over as they are.</summary>
    public SensorOptions? Shaping { get; init; }

    /// <summary>False for sensors that only compute: they need no thread of their own, of which a simulated fleet would need too many.</summary>
    public bool MayBlock { get; init; } = true;
}
