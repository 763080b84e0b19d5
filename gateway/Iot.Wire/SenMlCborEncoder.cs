using System.Buffers;

namespace Iot.Wire;

/// <summary>A batch as SenML in CBOR, in few bytes: what the edge agent sends. WIRE.md shows one byte by byte.</summary>
public static class SenMlCborEncoder
{
    /// <summary>All labels, heads and numbers of one record, without its texts.</summary>
    private const int MaxRecordOverhead = 192;

    /// <summary>Decoding gives the same readings, times to the nanosecond, numbers to the bit; tags and defects are not sent.</summary>
    /// <exception cref="ArgumentException">A time before <see cref="SenMlTime.EarliestAbsoluteNs"/>; nothing was written.</exception>
    public static void Encode(ReadingBatch batch, IBufferWriter<byte> to)
    {
        var layout = SenMlLayout.Of(batch);
        var writer = new CborSpanWriter(to.GetSpan(CborSpanWriter.MaxHead));
        writer.WriteHead(CborMajor.Array, (ulong)Math.Max(batch.Count, 1));
        to.Advance(writer.Length);

        if (batch.Count == 0) WriteRecord(batch, default, layout, isFirst: true, to);
        for (var i = 0; i < batch.Count; i++) WriteRecord(batch, batch.Readings[i], layout, isFirst: i == 0, to);
    }

    private static void WriteRecord(ReadingBatch batch, in Reading reading, in SenMlLayout layout, bool isFirst, IBufferWriter<byte> to)
    {
        var texts = SenMlLayout.MaxNameLength(reading) + reading.Unit.Length + layout.BaseUnit.Length + reading.Text.Length;
        var writer = new CborSpanWriter(to.GetSpan(MaxRecordOverhead + texts));
        writer.BeginMap();
        if (isFirst) WriteBase(ref writer, batch, layout);
        if (batch.Count > 0) WriteReading(ref writer, batch, reading, layout);
        writer.EndMap();
        to.Advance(writer.Length);
    }

    private static void WriteBase(ref CborSpanWriter writer, ReadingBatch batch, in SenMlLayout layout)
    {
        if (layout.BaseNameLength(batch) is var length and > 0)
        {
            writer.WriteLabel(SenMlLabel.BaseName);
            layout.WriteBaseName(batch, writer.WriteText(length));
        }

        if (layout.BaseTimeNs != 0)
        {
            writer.WriteLabel(SenMlLabel.BaseTime);
            writer.WriteSeconds(layout.BaseTimeNs);
        }

        if (!layout.BaseUnit.IsEmpty)
        {
            writer.WriteLabel(SenMlLabel.BaseUnit);
            writer.WriteString(CborMajor.Text, batch.Utf8(layout.BaseUnit));
        }

        if (batch.Identity is { } identity) WriteIdentity(ref writer, identity);
        if (batch.Clock is { } clock) WriteClock(ref writer, clock);
    }

    private static void WriteIdentity(ref CborSpanWriter writer, BatchIdentity identity)
    {
        writer.WriteLabel("epoch"u8);
        writer.WriteHead(CborMajor.Unsigned, identity.Epoch);
        writer.WriteLabel("seq"u8);
        writer.WriteHead(CborMajor.Unsigned, identity.Seq);
        if (identity.First > 0)
        {
            writer.WriteLabel("first"u8);
            writer.WriteHead(CborMajor.Unsigned, identity.First);
        }

        if (identity.Given == 0) return;

        writer.WriteLabel("given"u8);
        writer.WriteHead(CborMajor.Unsigned, identity.Given);
    }

    private static void WriteClock(ref CborSpanWriter writer, BatchClock clock)
    {
        writer.WriteLabel("clock"u8);
        writer.WriteHead(CborMajor.Unsigned, (ulong)clock.State);
        if (!double.IsFinite(clock.Skew)) return;

        writer.WriteLabel("skew"u8);
        writer.WriteNumber(clock.Skew);
    }

    private static void WriteReading(ref CborSpanWriter writer, ReadingBatch batch, in Reading reading, in SenMlLayout layout)
    {
        if (layout.NameLength(reading) is var length and > 0)
        {
            writer.WriteLabel(SenMlLabel.Name);
            layout.WriteName(batch, reading, writer.WriteText(length));
        }

        if (layout.SaysUnit(batch, reading))
        {
            writer.WriteLabel(SenMlLabel.Unit);
            writer.WriteString(CborMajor.Text, batch.Utf8(reading.Unit));
        }

        WriteValue(ref writer, batch, reading);
        if (reading.HasSum)
        {
            writer.WriteLabel(SenMlLabel.Sum);
            writer.WriteNumber(reading.Sum);
        }

        // A reading with nothing to say keeps its time, or it would not be a reading, and be refused unseen.
        if (reading.TimeNs == layout.BaseTimeNs && (reading.HasSum || reading.Kind != ReadingKind.None)) return;

        writer.WriteLabel(SenMlLabel.Time);
        writer.WriteSeconds(reading.TimeNs - layout.BaseTimeNs);
    }

    private static void WriteValue(ref CborSpanWriter writer, ReadingBatch batch, in Reading reading)
    {
        switch (reading.Kind)
        {
            case ReadingKind.Float:
                writer.WriteLabel(SenMlLabel.Value);
                writer.WriteNumber(reading.Number);
                break;
            case ReadingKind.Boolean:
                writer.WriteLabel(SenMlLabel.Boolean);
                writer.WriteBoolean(reading.Number != 0);
                break;
            case ReadingKind.String:
                writer.WriteLabel(SenMlLabel.String);
                writer.WriteString(CborMajor.Text, batch.Utf8(reading.Text));
                break;
            case ReadingKind.Data:
                writer.WriteLabel(SenMlLabel.Data);
                writer.WriteString(CborMajor.Bytes, batch.Utf8(reading.Text));
                break;
        }
    }
}
