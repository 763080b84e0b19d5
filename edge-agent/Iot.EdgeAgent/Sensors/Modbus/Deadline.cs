namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Until when an answer may come, by a clock that nobody sets.</summary>
internal readonly struct Deadline(TimeSpan limit)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();

    public TimeSpan Left => limit - TimeProvider.System.GetElapsedTime(_started);

    public bool IsOver => Left <= TimeSpan.Zero;
}
