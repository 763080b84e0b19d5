using Iot.Wire;

namespace Iot.LoadTest.Sizes;

/// <summary>A batch as Sparkplug B lays it out: timestamp, metrics with name or alias, seq. For its size only.</summary>
internal static class SparkplugPayload
{
    public static byte[] Of(ReadingBatch batch, bool byAlias)
    {
        var bytes = new List<byte>();
        Tag(bytes, 1, 0);
        Varint(bytes, (ulong)(batch.Readings[0].TimeNs / 1_000_000));
        for (var i = 0; i < batch.Count; i++)
        {
            var metric = Metric(batch, batch.Readings[i], byAlias);
            Tag(bytes, 2, 2);
            Varint(bytes, (ulong)metric.Count);
            bytes.AddRange(metric);
        }

        Tag(bytes, 3, 0);
        Varint(bytes, batch.Identity!.Value.Seq % 256);
        return [.. bytes];
    }

    private static List<byte> Metric(ReadingBatch batch, in Reading reading, bool byAlias)
    {
        var metric = new List<byte>();
        if (byAlias)
        {
            Tag(metric, 2, 0);
            Varint(metric, (ulong)(batch.Utf8(reading.Field)[^1] - '0'));
        }
        else
        {
            var name = $"{batch.Text(reading.Measurement)}/{batch.Text(reading.Field)}";
            Tag(metric, 1, 2);
            Varint(metric, (ulong)name.Length);
            metric.AddRange(System.Text.Encoding.UTF8.GetBytes(name));
        }

        Tag(metric, 3, 0);
        Varint(metric, (ulong)(reading.TimeNs / 1_000_000));
        Tag(metric, 4, 0);
        Varint(metric, 10); // Double
        Tag(metric, 13, 1);
        metric.AddRange(BitConverter.GetBytes(reading.Number));
        return metric;
    }

    private static void Tag(List<byte> bytes, int field, int type) => Varint(bytes, (ulong)((field << 3) | type));

    public static void Varint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }
}
