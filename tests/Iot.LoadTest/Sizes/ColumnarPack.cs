using System.Text;
using Iot.Wire;

namespace Iot.LoadTest.Sizes;

/// <summary>A trial of a columnar layout: names once, then times and values of each series as differences. For its size only.</summary>
internal static class ColumnarPack
{
    public static byte[] Of(ReadingBatch batch)
    {
        var bytes = new List<byte>();
        bytes.AddRange(BitConverter.GetBytes(batch.Identity!.Value.Epoch));
        SparkplugPayload.Varint(bytes, batch.Identity.Value.Seq);
        var series = batch.Readings.ToArray().GroupBy(reading => $"{batch.Text(reading.Measurement)}/{batch.Text(reading.Field)} {batch.Text(reading.Unit)}").ToList();
        SparkplugPayload.Varint(bytes, (ulong)series.Count);
        foreach (var one in series)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(one.Key));
            bytes.Add(0);
            SparkplugPayload.Varint(bytes, (ulong)one.Count());
        }

        foreach (var one in series) Differences(bytes, one.Select(reading => reading.TimeNs / 1_000_000));
        foreach (var one in series) Differences(bytes, one.Select(reading => (long)Math.Round(reading.Number * 1000)));
        return [.. bytes];
    }

    private static void Differences(List<byte> bytes, IEnumerable<long> numbers)
    {
        var (last, lastStep) = (0L, 0L);
        foreach (var number in numbers)
        {
            var step = number - last;
            var change = step - lastStep;
            SparkplugPayload.Varint(bytes, (ulong)((change << 1) ^ (change >> 63)));
            (last, lastStep) = (number, step);
        }
    }
}
