namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>An input: each change at its own time, and how it stands at each interval.</summary>
/// <param name="take">Takes the line; again after the chip was gone.</param>
/// <param name="monotonicNs">The clock that the kernel stamps changes with.</param>
internal sealed class GpioInputSensor(string name, Func<GpioLine> take, Func<long> monotonicNs) : ISensor
{
    private readonly ReadingName _name = ReadingName.Parse($"input/{name}", "");
    private readonly List<GpioEdge> _edges = [];
    private GpioLine? _line;

    public string Name => name;

    public void Sample(SensorReadings readings)
    {
        try
        {
            _line ??= take();
            _line.Fetch(_edges);
            var now = monotonicNs();
            foreach (var edge in _edges) readings.Add(_name, edge.IsActive, TimeSpan.FromTicks(Math.Max(0, now - edge.AtNs) / 100));

            readings.Add(_name, _line.IsActive());
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _line?.Dispose();
        _line = null;
    }
}
