namespace Iot.EdgeAgent.Sensors;

/// <summary>Something that has values to read.</summary>
/// <remarks>Sampled by one loop at a time; it may block that loop, but no other.</remarks>
internal interface ISensor : IDisposable
{
    /// <summary>What a person calls it: <c>system.cpu</c>.</summary>
    string Name { get; }

    /// <summary>It asks its device at times of its own, so that after a failure nothing is gained by asking it more rarely.</summary>
    bool TriesByItself => false;

    /// <exception cref="IOException">It is absent or could not be read; readings already added stay.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    void Sample(SensorReadings readings);
}
