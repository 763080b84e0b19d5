using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Iot.Wire;

/// <summary>A batch as SenML in JSON, laid out as <see cref="SenMlCborEncoder"/> does: for eyes, and where CBOR is not wanted.</summary>
public static class SenMlJsonEncoder
{
    private const int MaxSecondsLength = 24;

    private static readonly JsonWriterOptions Options = new()
    {
        // Telemetry goes into no HTML page, and units such as m³ stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Decoding gives the same readings, times to the nanosecond, numbers to the bit; tags and defects are not sent.</summary>
    /// <remarks>JSON has no NaN or infinity: such a number is left out, and the gateway refuses that reading alone.</remarks>
    /// <exception cref="ArgumentException">A time before <see cref="SenMlTime.EarliestAbsoluteNs"/>; nothing was written.</exception>
    public static void Encode(ReadingBatch batch, IBufferWriter<byte> to)
    {
        var layout = SenMlLayout.Of(batch);
        using var writer = new Utf8JsonWriter(to, Options);
        writer.WriteStartArray();
        writer.WriteStartObject();
        WriteBase(writer, batch, layout);
        for (var i = 0; i < batch.Count; i++)
        {
            if (i > 0) writer.WriteStartObject();
            WriteReading(writer, batch, batch.Readings[i], layout);
            if (i < batch.Count - 1) writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteBase(Utf8JsonWriter writer, ReadingBatch batch, in SenMlLayout layout)
    {
        var length = layout.BaseNameLength(batch);
        if (length > 0)
        {
            var name = length <= SenMlName.MaxLength ? stackalloc byte[length] : new byte[length];
            layout.WriteBaseName(batch, name);
            writer.WriteString("bn"u8, name);
        }

        if (layout.BaseTimeNs != 0) WriteSeconds(writer, "bt"u8, layout.BaseTimeNs);
        if (!layout.BaseUnit.IsEmpty) writer.WriteString("bu"u8, batch.Utf8(layout.BaseUnit));
        if (batch.Identity is { } identity) WriteIdentity(writer, identity);
        if (batch.Clock is { } clock) WriteClock(writer, clock);
    }

    private static void WriteIdentity(Utf8JsonWriter writer, BatchIdentity identity)
    {
        Span<byte> epoch = stackalloc byte[16];
        identity.Epoch.TryFormat(epoch, out _, "x16", CultureInfo.InvariantCulture);
        writer.WriteString("epoch"u8, epoch);
        writer.WriteNumber("seq"u8, identity.Seq);
        if (identity.First != 0) writer.WriteNumber("first"u8, identity.First);
        if (identity.Given != 0) writer.WriteNumber("given"u8, identity.Given);
    }

    private static void WriteClock(Utf8JsonWriter writer, BatchClock clock)
    {
        writer.WriteNumber("clock"u8, (int)clock.State);
        if (double.IsFinite(clock.Skew)) writer.WriteNumber("skew"u8, clock.Skew);
    }

    private static void WriteReading(Utf8JsonWriter writer, ReadingBatch batch, in Reading reading, in SenMlLayout layout)
    {
        var length = layout.NameLength(reading);
        if (length > 0)
        {
            var name = length <= SenMlName.MaxLength ? stackalloc byte[length] : new byte[length];
            layout.WriteName(batch, reading, name);
            writer.WriteString("n"u8, name);
        }

        if (layout.SaysUnit(batch, reading)) writer.WriteString("u"u8, batch.Utf8(reading.Unit));
        WriteValue(writer, batch, reading);
        var hasSum = double.IsFinite(reading.Sum);
        if (hasSum) writer.WriteNumber("s"u8, reading.Sum);

        // A reading with nothing to say keeps its time, or it would not be a reading, and be refused unseen.
        var hasValue = reading.Kind != ReadingKind.None && (reading.Kind != ReadingKind.Float || double.IsFinite(reading.Number));
        if (reading.TimeNs != layout.BaseTimeNs || !hasValue && !hasSum)
            WriteSeconds(writer, "t"u8, reading.TimeNs - layout.BaseTimeNs);
    }

    private static void WriteValue(Utf8JsonWriter writer, ReadingBatch batch, in Reading reading)
    {
        switch (reading.Kind)
        {
            case ReadingKind.Float when double.IsFinite(reading.Number):
                writer.WriteNumber("v"u8, reading.Number);
                break;
            case ReadingKind.Boolean:
                writer.WriteBoolean("vb"u8, reading.Number != 0);
                break;
            case ReadingKind.String:
                writer.WriteString("vs"u8, batch.Utf8(reading.Text));
                break;
            case ReadingKind.Data:
                var data = batch.Utf8(reading.Text);
                var encoded = ArrayPool<byte>.Shared.Rent(Base64Url.GetEncodedLength(data.Length));
                writer.WriteString("vd"u8, encoded.AsSpan(0, Base64Url.EncodeToUtf8(data, encoded)));
                ArrayPool<byte>.Shared.Return(encoded);
                break;
        }
    }

    private static void WriteSeconds(Utf8JsonWriter writer, ReadOnlySpan<byte> label, long ns)
    {
        Span<byte> text = stackalloc byte[MaxSecondsLength];
        writer.WritePropertyName(label);
        writer.WriteRawValue(text[..SenMlTime.FormatSeconds(ns, text)], skipInputValidation: true);
    }
}
