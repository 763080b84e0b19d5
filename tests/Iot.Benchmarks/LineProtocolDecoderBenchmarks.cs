using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>A line, of a payload of 100.</summary>
public class LineProtocolDecoderBenchmarks
{
    private const int Lines = 100;

    private readonly LineProtocolDecoder _decoder = new();
    private readonly ReadingBatch _into = new();
    private readonly byte[] _oneField = Payload(1);
    private readonly byte[] _threeFields = Payload(3);

    [Benchmark(OperationsPerInvoke = Lines)]
    public bool DecodeOneField() => _decoder.TryDecode(_oneField, Samples.Context, _into, out _);

    [Benchmark(OperationsPerInvoke = Lines)]
    public bool DecodeThreeFields() => _decoder.TryDecode(_threeFields, Samples.Context, _into, out _);

    private static byte[] Payload(int fields) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Lines).Select(line =>
    {
        var values = Enumerable.Range(0, fields).Select(field => string.Create(CultureInfo.InvariantCulture, $"channel_{field}={20 + (line * 7 % 100 / 100d)}"));
        return string.Create(CultureInfo.InvariantCulture, $"machine {string.Join(',', values)} {Samples.TimeNs + line}\n");
    })));
}
