using System.Buffers;
using System.Text.Unicode;
using Iot.Wire;

namespace Iot.Fuzz;

/// <summary>What holds of both SenML decoders, whatever they were given.</summary>
internal static class SenMlPromises
{
    public const int MaxReadings = 10_000;

    /// <summary>Three bytes of CBOR make a reading of 72 bytes and, under a long base name, a name of 255; buffers grow by doubling.</summary>
    public const int MostAllocatedPerByte = 512;

    private const int LongestName = 255;

    public static DecodeContext Context { get; } = new(DeviceId.Parse("pump-7"), 1_760_000_000_123_456_789, MaxReadings);

    public static void AreKept(bool decoded, DecodeFailure why, ReadingBatch batch, int length)
    {
        Promise.Same(decoded, why.Error == DecodeError.None, "the answer and the reason");
        Promise.Holds(why.Position >= 0 && why.Position <= length, $"the failure lies outside of the payload: {why}");
        Promise.Same(Context.Device, batch.Device, "the device");
        if (!decoded)
        {
            Promise.Holds(batch.Count == 0 && batch.Identity is null, "something is left of a pack that was refused");
            return;
        }

        Promise.Holds(batch.Count <= MaxReadings, "there are more readings than allowed");
        Promise.Holds(batch.Identity is not { } identity || (identity.Epoch > 0 && identity.Seq > 0 && identity.First <= identity.Seq), "an identity that cannot be");
        foreach (var reading in batch.Readings) HoldsTogether(batch, reading);

        var good = WithoutDefects(batch);
        AssertRoundTrip(good, SenMlCborEncoder.Encode, SenMlCborDecoder.TryDecode);
        AssertRoundTrip(good, SenMlJsonEncoder.Encode, SenMlJsonDecoder.TryDecode);
    }

    private static void HoldsTogether(ReadingBatch batch, in Reading reading)
    {
        foreach (var range in (ReadOnlySpan<TextRange>)[reading.Measurement, reading.Field, reading.Unit])
            Promise.Holds(Utf8.IsValid(batch.Utf8(range)), "a text is no UTF-8");

        Promise.Holds(reading.Kind != ReadingKind.String || Utf8.IsValid(batch.Utf8(reading.Text)), "a string is no UTF-8");
        Promise.Holds(batch.Utf8(reading.Text).Length == reading.Text.Length, "a text is not there");
        if (reading.Defect != ReadingDefect.None) return;

        Promise.Holds(double.IsFinite(reading.Number) && !double.IsInfinity(reading.Sum), "a number is not finite");
        Promise.Holds(!reading.Field.IsEmpty, "a reading has no field");
        Promise.Holds(reading.Kind != ReadingKind.None || reading.HasSum, "a reading says nothing");
    }

    /// <summary>Those that an encoder can write: without defects, at a time and under a name that a pack can carry.</summary>
    private static ReadingBatch WithoutDefects(ReadingBatch from)
    {
        var good = new ReadingBatch { Device = from.Device, Identity = from.Identity };
        foreach (var reading in from.Readings)
        {
            var name = from.Device.Value.Length + 1 + reading.Measurement.Length + 1 + reading.Field.Length;
            if (reading.Defect != ReadingDefect.None || reading.TimeNs < SenMlTime.EarliestAbsoluteNs || name > LongestName) continue;

            good.Add(reading with
            {
                Measurement = good.AddText(from.Utf8(reading.Measurement)),
                Field = good.AddText(from.Utf8(reading.Field)),
                Unit = good.AddText(from.Utf8(reading.Unit)),
                Text = good.AddText(from.Utf8(reading.Text)),
            });
        }

        return good;
    }

    private static void AssertRoundTrip(ReadingBatch said, Action<ReadingBatch, IBufferWriter<byte>> encode, Decode decode)
    {
        var payload = new ArrayBufferWriter<byte>();
        encode(said, payload);
        var read = new ReadingBatch();
        Promise.Holds(decode(payload.WrittenSpan, Context, read, out var why), $"what was encoded is not decoded: {why}");

        Promise.Same(said.Identity, read.Identity, "the identity read back");
        Promise.Same(said.Count, read.Count, "the readings read back");
        for (var i = 0; i < said.Count; i++) AssertSame(said, said.Readings[i], read, read.Readings[i]);
    }

    private static void AssertSame(ReadingBatch said, in Reading expected, ReadingBatch read, in Reading actual)
    {
        Promise.Same(said.Text(expected.Measurement), read.Text(actual.Measurement), "a measurement read back");
        Promise.Same(said.Text(expected.Field), read.Text(actual.Field), "a field read back");
        Promise.Same(said.Text(expected.Unit), read.Text(actual.Unit), "a unit read back");
        Promise.Holds(said.Utf8(expected.Text).SequenceEqual(read.Utf8(actual.Text)), "a text is not read back");
        Promise.Same((expected.TimeNs, expected.Kind, expected.Defect), (actual.TimeNs, actual.Kind, actual.Defect), "a reading read back");
        Promise.Same(Bits(expected.Sum), Bits(actual.Sum), "a sum read back");
        if (expected.Kind is ReadingKind.Float or ReadingKind.Boolean) Promise.Same(Bits(expected.Number), Bits(actual.Number), "a number read back");
    }

    private static long Bits(double number) => BitConverter.DoubleToInt64Bits(double.IsNaN(number) ? double.NaN : number);

    private delegate bool Decode(ReadOnlySpan<byte> payload, in DecodeContext context, ReadingBatch into, out DecodeFailure why);
}
