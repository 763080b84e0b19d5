namespace Iot.EdgeAgent.Sensors;

/// <summary>One value of a driver; its neighbours can be read when it cannot.</summary>
internal interface IKernelChannel : IDisposable
{
    /// <summary>The file it is read from.</summary>
    string Path { get; }

    /// <exception cref="IOException">The driver gave no number.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    void Sample(SensorReadings readings);
}
