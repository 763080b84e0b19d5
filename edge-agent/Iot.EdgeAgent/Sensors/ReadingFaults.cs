namespace Iot.EdgeAgent.Sensors;

/// <summary>What readings of a sensor cannot have, and what became of them.</summary>
[Flags]
internal enum ReadingFaults
{
    None = 0,

    /// <summary>From the future, or of a time when this machine did not run: it counts as of now.</summary>
    Time = 1,
}
