namespace Iot.EdgeAgent.Sensors.Shaping;

/// <summary>What is told of the readings of a window.</summary>
internal enum Aggregate
{
    Mean,
    Min,
    Max,
    Last,
    Count,
}
