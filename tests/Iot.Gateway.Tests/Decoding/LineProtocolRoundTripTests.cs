using System.Globalization;
using System.Text;
using CsCheck;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Decoding;

/// <summary>Against a writer of the test's own, written from InfluxDB's description of the syntax.</summary>
public class LineProtocolRoundTripTests
{
    private static readonly DeviceId Device = DeviceId.Parse("d");

    // No backslash before what a backslash escapes, nor at the end: line protocol cannot say that.
    private static readonly Gen<string> Name = Gen.Char["abcä水,= /\"'"].Array[1, 8].Select(letters => new string(letters));

    private static readonly Gen<object> Value = Gen.OneOf<object>(
        Gen.Double.Where(double.IsFinite).Select(number => (object)number),
        Gen.Decimal.Select(number => (object)number),
        Gen.Bool.Select(flag => (object)flag),
        Gen.Char["ab\"\\\n ,=é"].Array[0, 12].Select(letters => (object)new string(letters)));

    private static readonly Gen<Line> Lines = Gen.Select(
        Name, Gen.Dictionary(Name, Name)[0, 5], Gen.Select(Name, Value).Array[1, 6], Gen.Long,
        (measurement, tags, fields, time) => new Line(measurement, tags, fields, time));

    [Fact]
    public void What_was_written_is_read() => Lines.Array[1, 8].Sample(
        lines =>
        {
            var batch = new ReadingBatch();
            var payload = Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(Write)));
            Assert.True(new LineProtocolDecoder().TryDecode(payload, new(Device, 0, 1000), batch, out var why), why.ToString());

            Assert.Equal(lines.SelectMany(Expected), batch.Readings.ToArray().Select(reading => LineReadings.Show(batch, reading)));
        },
        iter: 3000);

    [Fact]
    public void Damaged_bytes_are_never_thrown_over_and_cost_no_more_readings_than_lines_and_fields() =>
        Gen.Select(Lines.Array[1, 6], Gen.Select(Gen.Int[0, 500], Gen.Byte).Array[1, 6]).Sample(
            (lines, damage) =>
            {
                var payload = Encoding.UTF8.GetBytes(string.Join('\n', lines.Select(Write)));
                foreach (var (at, value) in damage) payload[at % payload.Length] = value;

                var batch = new ReadingBatch();
                if (!new LineProtocolDecoder().TryDecode(payload, new(Device, 0, 1000), batch, out var why))
                {
                    Assert.InRange(why.Position, 0, payload.Length);
                    return;
                }

                Assert.InRange(batch.Count, 1, 1 + payload.Count(b => b is (byte)'\n' or (byte)','));
                foreach (var reading in batch.Readings) LineReadings.Show(batch, reading);
            },
            iter: 10_000);

    [Fact]
    public void Bytes_from_nowhere_are_never_thrown_over() =>
        Gen.OneOf(Gen.Byte, Gen.Char["a1=,\" \\\n\rit#.-e"].Select(letter => (byte)letter)).Array[0, 80].Sample(
            payload =>
            {
                var batch = new ReadingBatch();
                var decoded = new LineProtocolDecoder().TryDecode(payload, new(Device, 0, 1000), batch, out var why);
                Assert.Equal(decoded, why.Error == DecodeError.None);
                Assert.True(!decoded || batch.Count > 0);
            },
            iter: 20_000);

    private static string Write(Line line)
    {
        var tags = string.Concat(line.Tags.Select(tag => $",{EscapeName(tag.Key)}={EscapeName(tag.Value)}"));
        return $"{EscapeMeasurement(line.Measurement)}{tags} {string.Join(',', line.Fields.Select(Write))} {line.Time}";
    }

    private static string Write((string Name, object Value) field) => $"{EscapeName(field.Name)}=" + field.Value switch
    {
        bool flag => flag ? "true" : "F",
        string text => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"",
        var number => ((IFormattable)number).ToString(null, CultureInfo.InvariantCulture),
    };

    private static IEnumerable<string> Expected(Line line)
    {
        var tags = string.Concat(line.Tags
            .Select(tag => (key: EscapeName(tag.Key), value: EscapeName(tag.Value)))
            .OrderBy(tag => Convert.ToHexString(Encoding.UTF8.GetBytes(tag.key)), StringComparer.Ordinal)
            .Select(tag => $",{tag.key}={tag.value}"));

        foreach (var (name, value) in line.Fields)
        {
            var shown = value switch
            {
                bool flag => flag ? "true" : "false",
                string text => $"'{text}'",
                decimal number => double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
                var number => ((double)number).ToString("R", CultureInfo.InvariantCulture),
            };
            yield return $"{line.Measurement}{tags} {name}={shown} @{line.Time}";
        }
    }

    private static string EscapeMeasurement(string text) => text.Replace(",", "\\,").Replace(" ", "\\ ");

    private static string EscapeName(string text) => EscapeMeasurement(text).Replace("=", "\\=");

    private sealed record Line(string Measurement, Dictionary<string, string> Tags, (string Name, object Value)[] Fields, long Time);
}
