namespace Iot.EdgeAgent.Sensors;

/// <summary>What readings of a sensor cannot have, and what became of them.</summary>
[Flags]
internal enum ReadingFaults
{
    None = 0,

    /// <summary>From the future, or of a time when this machine did not run: it counts as of now.</summary>
    Time = 1,

    /// <summary>A text of more than <see cref="SensorReadings.LongestText"/>: the reading is left out.</summary>
    Text = 2,

    /// <summary>A name or a unit of more than <see cref="SensorReadings.LongestName"/>: the reading is left out.</summary>
    Name = 4,
}
