using BenchmarkDotNet.Attributes;
using Iot.Gateway.Delivery;
using Iot.Gateway.Influx;

namespace Iot.Benchmarks;

/// <summary>A reading, of a message of 100 that becomes ten lines.</summary>
public class LineProtocolWriterBenchmarks
{
    private readonly LineProtocolWriter _writer = new();
    private readonly LineBody _body = new();
    private readonly SpooledMessage _message = Samples.Spooled();

    public LineProtocolWriterBenchmarks() => Samples.Fill(_message.Batch, 1, Samples.TimeNs);

    [Benchmark(OperationsPerInvoke = Samples.Readings)]
    public int Write()
    {
        _body.Clear();
        _writer.Write(_message, _body);
        return _body.Length;
    }
}
