using System.Buffers;
using BenchmarkDotNet.Attributes;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>A reading, of a pack of 100.</summary>
public class SenMlCborBenchmarks
{
    private readonly byte[] _payload = Samples.Cbor();
    private readonly ReadingBatch _source = Samples.Batch();
    private readonly ReadingBatch _into = new();
    private readonly ArrayBufferWriter<byte> _to = new(16 * 1024);

    [Benchmark(OperationsPerInvoke = Samples.Readings)]
    public bool Decode() => SenMlCborDecoder.TryDecode(_payload, Samples.Context, _into, out _);

    [Benchmark(OperationsPerInvoke = Samples.Readings)]
    public int Encode()
    {
        _to.ResetWrittenCount();
        SenMlCborEncoder.Encode(_source, _to);
        return _to.WrittenCount;
    }
}
