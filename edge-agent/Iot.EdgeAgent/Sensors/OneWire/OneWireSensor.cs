namespace Iot.EdgeAgent.Sensors.OneWire;

/// <summary>All that measures on the 1-wire buses of this machine. All are read at the same time; a dead one costs the others nothing but a short wait.</summary>
/// <param name="timeout">Of the group: those that have not answered within most of it are reported, and read on beside the next rounds.</param>
internal sealed class OneWireSensor(string sysPath, TimeSpan timeout, ILogger logger) : ISensor
{
    private static readonly TimeSpan SearchInterval = TimeSpan.FromMinutes(1); // the kernel looks for new ones every 10 s

    private readonly TimeSpan _wait = timeout * 0.8;
    private readonly Dictionary<string, OneWireSlave> _slaves = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private double _searched = double.NegativeInfinity;

    public string Name => "onewire";

    public void Sample(SensorReadings readings)
    {
        if (Math.Abs(readings.Seconds - _searched) >= SearchInterval.TotalSeconds || _slaves.Count == 0) Search(readings.Seconds);

        var free = _slaves.Values.Where(slave => !slave.IsBusy).ToList();
        Task.WaitAll([.. free.Select(slave => slave.Begin())], _wait);
        var answered = 0;
        foreach (var slave in _slaves.Values)
        {
            var failure = slave.IsBusy ? $"no answer for {_wait.TotalSeconds:0.#} s." : free.Contains(slave) ? slave.Take(readings) : null;
            if (failure is null) answered++;
            Report(slave.Id, failure);
        }

        if (answered == 0) throw new IOException($"Nothing to read under '{OneWireBus.Directory(sysPath)}'.");
    }

    public void Dispose()
    {
        foreach (var slave in _slaves.Values) slave.Dispose();
        _slaves.Clear();
    }

    /// <summary>New ones are taken in; those that the kernel has given up are let go.</summary>
    private void Search(double seconds)
    {
        _searched = seconds;
        var present = OneWireBus.Slaves(sysPath).ToDictionary(slave => slave.Id, StringComparer.Ordinal);
        foreach (var gone in _slaves.Keys.Except(present.Keys, StringComparer.Ordinal).ToList())
        {
            _slaves.Remove(gone, out var slave);
            slave!.Dispose();
            Report(gone, "it is not on the bus any more.");
        }

        foreach (var (id, slave) in present)
            if (!_slaves.TryAdd(id, slave)) slave.Dispose();
    }

    private void Report(string id, string? failure)
    {
        var path = Path.Combine(OneWireBus.Directory(sysPath), id);
        if (failure is null) _failing.Remove(id);
        else if (_failing.Add(id)) logger.ChannelFailed(path, failure);
    }
}
