using BenchmarkDotNet.Attributes;
using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>A batch, among those of 10,000 devices.</summary>
public class DeduplicatorBenchmarks
{
    private const int Devices = 10_000;

    private readonly ReadingBatch _batch = new();
    private readonly DeviceId[] _devices = [.. Enumerable.Range(0, Devices).Select(index => DeviceId.Parse($"pump-{index:D6}"))];
    private readonly BatchMemory _memory;
    private ulong _seq;
    private int _next;

    public DeduplicatorBenchmarks()
    {
        var options = new DeduplicationOptions();
        _memory = new(new Deduplicator(options), new DigestWindow(options, TimeProvider.System));
        foreach (var device in _devices) _memory.Remember(device, new(1, 1, 0));
    }

    /// <summary>All that ingest asks and tells of a batch that is new.</summary>
    [Benchmark]
    public bool New()
    {
        if (++_next == Devices) _next = 0;
        if (_next == 0 || _seq == 0) _seq++;
        return Ask(_devices[_next], _seq + 1, remember: true);
    }

    [Benchmark]
    public bool Duplicate()
    {
        if (++_next == Devices) _next = 0;
        return Ask(_devices[_next], 1, remember: false);
    }

    private bool Ask(DeviceId device, ulong seq, bool remember)
    {
        _batch.Device = device;
        _batch.Identity = new(1, seq, 0);
        var known = _memory.Recall(_batch, default);
        bool seen;
        lock (known.Gate)
        {
            seen = known.WasSeen(out _);
            if (remember) known.BeginInFlight(Task.CompletedTask);
        }

        if (remember) known.Complete();
        return seen;
    }
}
