using System.Text;
using CsCheck;

namespace Iot.Wire.Tests;

/// <summary>What is encoded is decoded the same: times to the nanosecond, numbers to the bit.</summary>
public class RoundTripTests
{
    private sealed record Said(string Measurement, string Field, string Unit, long TimeNs, ReadingKind Kind, double Number, string Text, double Sum);

    private static readonly Gen<string> Name =
        Gen.Char["abcXYZ019-:._"].Array[1, 12].Select(c => new string(c)).Where(s => s[0] is not ('-' or ':' or '.' or '_'));

    private static readonly Gen<string> Text = Gen.Char["aé\"\\/\n\u0001<€\u2028 "].Array[0, 20].Select(c => new string(c));

    private static readonly Gen<double> Number = Gen.OneOf(
        Gen.Double.Where(double.IsFinite),
        Gen.Select(Gen.Int[-100_000_000, 100_000_000], Gen.Int[0, 8]).Select((digits, places) => digits / Math.Pow(10, places)),
        Gen.Float.Where(float.IsFinite).Select(f => (double)f),
        Gen.Long.Select(l => (double)l),
        Gen.OneOf(0.0, -0.0, double.MaxValue, double.MinValue, double.Epsilon, 65504, 65505, 4294967295, 4294967296, -4294967296, 1e21));

    private static readonly Gen<Said> Reading =
        from measurement in Gen.OneOf(Gen.Const(""), Gen.OneOf("cpu", "pump-7", "urn:dev:x"), Name)
        from field in Gen.OneOf(Gen.OneOf("a", "b", "pump-7:x"), Name)
        from unit in Gen.OneOf(Gen.Const(""), Gen.OneOf("Cel", "%RH"), Text)
        from timeNs in Gen.OneOf(
            Gen.Const(1_700_000_000_000_000_000), Gen.Long[SenMlTime.EarliestAbsoluteNs, long.MaxValue],
            Gen.Int[0, 100_000].Select(ms => 1_700_000_000_000_000_000 + ms * 1_000_000L))
        from kind in Gen.Enum<ReadingKind>()
        from number in Number
        from text in Text
        from sum in Gen.OneOf(Gen.Const(double.NaN), Number)
        select new Said(measurement, field, unit, timeNs, kind, number, text, sum);

    private static readonly Gen<(Said[] Readings, BatchIdentity? Identity)> Batch =
        from readings in Gen.OneOf(Reading.Array[0, 20], Uniform)
        from identity in Gen.OneOf(
            Gen.Const(default(BatchIdentity?)),
            Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong).Select((e, s, f) =>
                (BatchIdentity?)new BatchIdentity(Math.Max(1, e), Math.Max(1, s), f % Math.Max(1, s), f % 3 == 0 ? 0 : e >> 1)))
        select (readings, identity);

    /// <summary>Readings alike in measurement, or in all of the name, so that the base name grows.</summary>
    private static Gen<Said[]> Uniform =>
        from first in Reading
        from rest in Reading.Array[0, 10]
        from sameField in Gen.Bool
        select (Said[])[first, .. rest.Select(r => r with
        {
            Measurement = first.Measurement,
            Field = sameField ? first.Field : r.Field,
            Unit = first.Unit,
        })];

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void Any_batch(Form form) => Batch.Sample(said => AssertSame(form, said.Readings, said.Identity), iter: 3000);

    [Theory, InlineData(Form.Json), InlineData(Form.Cbor)]
    public void A_batch_of_no_readings(Form form) => AssertSame(form, [], new BatchIdentity(1, 2, 0));

    private static void AssertSame(Form form, Said[] said, BatchIdentity? identity)
    {
        var batch = Fill(said, identity);
        var payload = Packs.Encode(form, batch);
        var read = new ReadingBatch();
        Assert.True(Packs.TryDecode(form, payload, Packs.Context(), read, out var why), why.ToString());

        Assert.Equal(identity, read.Identity);
        Assert.Equal(said.Length, read.Count);
        for (var i = 0; i < said.Length; i++) AssertSame(said[i], read, read.Readings[i]);
    }

    private static void AssertSame(Said said, ReadingBatch batch, in Reading read)
    {
        Assert.Equal((said.Measurement, said.Field, said.Unit), (batch.Text(read.Measurement), batch.Text(read.Field), batch.Text(read.Unit)));
        Assert.Equal((said.TimeNs, said.Kind), (read.TimeNs, read.Kind));
        Assert.Equal(BitConverter.DoubleToInt64Bits(said.Sum), BitConverter.DoubleToInt64Bits(read.Sum));
        var missing = said.Kind == ReadingKind.None && double.IsNaN(said.Sum);
        Assert.Equal(missing ? ReadingDefect.NoValue : ReadingDefect.None, read.Defect);
        switch (said.Kind)
        {
            case ReadingKind.Float:
                Assert.Equal(BitConverter.DoubleToInt64Bits(said.Number), BitConverter.DoubleToInt64Bits(read.Number));
                break;
            case ReadingKind.Boolean:
                Assert.Equal(said.Number != 0, read.Number != 0);
                break;
            case ReadingKind.String or ReadingKind.Data:
                Assert.Equal(Encoding.UTF8.GetBytes(said.Text), batch.Utf8(read.Text).ToArray());
                break;
        }
    }

    private static ReadingBatch Fill(Said[] said, BatchIdentity? identity)
    {
        var batch = new ReadingBatch { Device = Packs.Pump, Identity = identity };
        foreach (var one in said)
        {
            batch.Add(new()
            {
                Measurement = batch.AddText(one.Measurement),
                Field = batch.AddText(one.Field),
                Unit = batch.AddText(one.Unit),
                Text = batch.AddText(one.Text),
                TimeNs = one.TimeNs,
                Number = one.Number,
                Sum = one.Sum,
                Kind = one.Kind,
            });
        }

        return batch;
    }
}
