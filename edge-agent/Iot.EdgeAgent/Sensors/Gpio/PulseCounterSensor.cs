namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>A meter that gives pulses: its total, which outlives restarts, and its rate since the last round.</summary>
/// <remarks>The kernel numbers the pulses, so those that come faster than they are fetched are counted all the same.</remarks>
internal sealed class PulseCounterSensor(string name, PulsesOptions options, Func<GpioLine> take, PulseTotal total, TimeProvider clock, ILogger logger) : ISensor
{
    private readonly ReadingName _total = ReadingName.Parse($"pulses/{name}.total", options.Unit);
    private readonly ReadingName _rate = ReadingName.Parse($"pulses/{name}.rate", options.RateUnit);
    private readonly List<GpioEdge> _edges = [];
    private GpioLine? _line;
    private uint _number;
    private long _lastAt;

    public string Name => name;

    public void Sample(SensorReadings readings)
    {
        total.Open();
        try
        {
            var counted = Count();
            total.Add(counted);
            readings.Add(_total, Significant.Round(options.Start + total.Pulses / options.PerUnit));
            var now = clock.GetTimestamp();
            if (_lastAt != 0) readings.Add(_rate, Significant.Round(counted / options.PerUnit * (options.RatePer / clock.GetElapsedTime(_lastAt, now))));
            _lastAt = now;
        }
        catch (IOException)
        {
            Release();
            throw;
        }

        total.SaveIfDue();
    }

    public void Dispose()
    {
        try
        {
            if (_line is not null) total.Add(Count());
            total.Save();
        }
        catch (IOException e)
        {
            logger.TotalNotKept(name, e.Message);
        }

        Release();
    }

    private uint Count()
    {
        if (_line is null)
        {
            (_line, _number, _lastAt) = (take(), 0, 0);
            if (!_line.HasEdges) throw new IOException($"{_line.Name}: its chip has no interrupts, so pulses cannot be counted there. Use a line of the board itself.");
        }

        _line.Fetch(_edges);
        if (_edges.Count == 0) return 0;

        var counted = _edges[^1].Number - _number; // right when the number starts anew after 4 billion
        _number = _edges[^1].Number;
        return counted;
    }

    private void Release()
    {
        _line?.Dispose();
        _line = null;
    }
}
