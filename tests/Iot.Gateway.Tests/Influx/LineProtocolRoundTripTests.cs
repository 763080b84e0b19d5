using System.Text;
using CsCheck;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

public sealed class LineProtocolRoundTripTests
{
    // Names made of what needs care; no backslash at the end, which line protocol cannot write.
    private static readonly Gen<string> Name = Gen.Char["ab,= \\\"é"].Array[1, 6].Select(chars => new string(chars).TrimEnd('\\') + "z");

    private static readonly Gen<object> Value = Gen.OneOf<object>(
        Gen.Double.Where(double.IsFinite).Select(number => (object)number),
        Gen.Bool.Select(flag => (object)flag),
        Gen.Char["ab,= \\\"é\n"].Array[0, 8].Select(chars => (object)new string(chars)));

    private static readonly Gen<Sample> AnySample = Gen.Select(Name, Value, Gen.Long[1, 3], Gen.OneOf(Gen.Const(""), Name), (field, value, time, measurement) =>
        new Sample(field, value, time, measurement));

    [Fact]
    public void An_independent_parser_reads_the_last_value_of_every_point() => AnySample.Array[0, 40].Sample(samples =>
    {
        using var body = new LineBody();
        new LineProtocolWriter().Write(Spooled.Message(samples), body);

        var read = new Dictionary<(string, string, long), object>();
        foreach (var line in TinyLineParser.Parse(Encoding.UTF8.GetString(body.All.Memory.Span)))
        {
            Assert.Equal("pump-7", Assert.Single(line.Tags).Value);
            foreach (var (field, value) in line.Fields) read[(line.Measurement, field, line.TimeNs)] = value;
        }

        var expected = new Dictionary<(string, string, long), object>();
        foreach (var sample in samples)
            expected[(sample.Measurement.Length == 0 ? "telemetry" : sample.Measurement, sample.Field, sample.TimeNs)] = sample.Value!;
        Assert.Equal(expected, read);
    });
}
