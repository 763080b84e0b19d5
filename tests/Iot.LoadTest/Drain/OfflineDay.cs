using System.Buffers;
using Iot.Journal;
using Iot.Wire;

namespace Iot.LoadTest.Drain;

/// <summary>Fills an agent's outbox as hours without a gateway would have: a batch a second, packed.</summary>
internal static class OfflineDay
{
    public const ulong Epoch = 0x0ff1_17e0_0ff1_17e0;

    /// <returns>Bytes of the batches.</returns>
    public static async Task<long> FillAsync(string dataPath, DeviceId device, TimeSpan length, int readingsPerSecond)
    {
        var journal = SegmentedJournal.Open(
            Path.Combine(dataPath, "outbox", "journal"), new() { MaxBytes = 1L << 30, SegmentBytes = 4 << 20, RetainFor = TimeSpan.Zero }, TimeProvider.System);
        await using var closing = journal;
        journal.OpenCursor("publish");
        using var packer = new PayloadPacker(PayloadCompression.Zstd);
        var (plain, packed, batch) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new ReadingBatch());
        var random = new Random(1);
        var start = DateTimeOffset.UtcNow - length;
        var (bytes, last) = (0L, Task.CompletedTask);
        for (var second = 0; second < (int)length.TotalSeconds; second++)
        {
            Fill(batch, device, (ulong)second + 1, start.AddSeconds(second), readingsPerSecond, random);
            plain.ResetWrittenCount();
            packed.ResetWrittenCount();
            SenMlCborEncoder.Encode(batch, plain);
            packer.Pack(plain.WrittenSpan, packed);
            var payload = packed.WrittenCount < plain.WrittenCount ? packed.WrittenMemory : plain.WrittenMemory;
            bytes += payload.Length;
            last = (await journal.AppendAsync(default, payload, CancellationToken.None)).Durable;
        }

        await last;
        return bytes;
    }

    private static void Fill(ReadingBatch batch, DeviceId device, ulong seq, DateTimeOffset at, int readings, Random random)
    {
        batch.Clear();
        (batch.Device, batch.Identity) = (device, new(Epoch, seq, 1));
        for (var i = 0; i < readings; i++)
        {
            batch.Add(new()
            {
                Measurement = batch.AddText("simulated"u8),
                Field = batch.AddText($"old{i}"),
                Unit = batch.AddText("count"u8),
                TimeNs = at.ToUnixTimeMilliseconds() * 1_000_000,
                Number = Math.Round(50 + (50 * Math.Sin(seq / 60d + i)) + random.NextDouble(), 3),
                Sum = double.NaN,
                Kind = ReadingKind.Float,
            });
        }
    }
}
