namespace Iot.EdgeAgent.Sensors;

/// <summary>Load averages and uptime: <c>/proc/loadavg</c>, <c>/proc/uptime</c>.</summary>
internal sealed class LoadSensor(string procPath) : ISensor
{
    private static readonly ReadingName OneMinute = new("load", "1m", Units.Count);
    private static readonly ReadingName FiveMinutes = new("load", "5m", Units.Count);
    private static readonly ReadingName FifteenMinutes = new("load", "15m", Units.Count);
    private static readonly ReadingName Uptime = new("system", "uptime", Units.Seconds);

    private readonly KernelFile _loadavg = new(Path.Combine(procPath, "loadavg"));
    private readonly KernelFile _uptime = new(Path.Combine(procPath, "uptime"));

    public string Name => "system.load";

    public void Sample(SensorReadings readings)
    {
        var averages = new Words(_loadavg.Read());
        readings.Add(OneMinute, averages.NextNumber());
        readings.Add(FiveMinutes, averages.NextNumber());
        readings.Add(FifteenMinutes, averages.NextNumber());
        readings.Add(Uptime, Math.Floor(new Words(_uptime.Read()).NextNumber()));
    }

    public void Dispose()
    {
        _loadavg.Dispose();
        _uptime.Dispose();
    }
}
