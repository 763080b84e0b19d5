using BenchmarkDotNet.Attributes;
using Iot.Gateway.Decoding;
using Iot.Gateway.Detection.Habits;
using Iot.Gateway.Mqtt;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>What the detectors cost a message: of one device, and of a thousand in turn.</summary>
public class DetectionBenchmarks
{
    private const int Devices = 1000;

    private readonly ReadingBatch _batch = new();
    private readonly DeviceWatch _watch = new(_ => { }, new());
    private readonly DeviceId[] _devices = [.. Enumerable.Range(0, Devices).Select(i => DeviceId.Parse($"sim-{i:D4}"))];
    private ulong _seq;

    [GlobalSetup]
    public void Fill() => new MessageDecoder(1 << 20).TryDecode(PayloadFormat.SenMl, Samples.Cbor(), Samples.Context, _batch, out _);

    /// <summary>One message each millisecond.</summary>
    [Benchmark(Baseline = true)]
    public void OneDevice()
    {
        _batch.Identity = new(0xfeed, ++_seq, 0);
        _watch.Saw(_batch, (long)_seq * 1_000_000, 2500, takesValues: true);
    }

    [Benchmark]
    public void ThousandDevices()
    {
        _batch.Device = _devices[_seq % Devices];
        _batch.Identity = new(0xfeed, ++_seq, 0);
        _watch.Saw(_batch, (long)_seq * 1_000_000, 2500, takesValues: true);
    }
}
