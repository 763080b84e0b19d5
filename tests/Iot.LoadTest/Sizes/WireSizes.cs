using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Iot.Wire;
using ZstdSharp;

namespace Iot.LoadTest.Sizes;

/// <summary>Published bytes a reading of the same batches in many layouts: <c>wire</c>. The table of tests/Iot.Benchmarks/RESULTS-wire.md.</summary>
internal static class WireSizes
{
    private const int Series = 10, Batches = 200;

    private static readonly int[] Sizes = [4, 20, 100, 1000];

    public static int Run()
    {
        var dictionary = DictBuilder.TrainFromBuffer(Sizes.Take(3).SelectMany(size => Many(size, device: 2)).Select(Cbor).ToList(), 8 * 1024).ToArray();
        (string Name, Func<ReadingBatch, byte[]> Encode)[] layouts =
        [
            ("SenML JSON", Json), ("SenML JSON, gzip", batch => Gzip(Json(batch))), ("line protocol", Line), ("line protocol, gzip", batch => Gzip(Line(batch))),
            ("Sparkplug B, names", batch => SparkplugPayload.Of(batch, byAlias: false)), ("Sparkplug B, aliases", batch => SparkplugPayload.Of(batch, byAlias: true)),
            ("Sparkplug B, aliases, zstd", batch => Smaller(SparkplugPayload.Of(batch, byAlias: true), dictionary: null)),
            ("SenML CBOR", Cbor), ("**SenML CBOR, zstd: what the agent sends**", batch => Smaller(Cbor(batch), dictionary: null)),
            ("SenML CBOR, zstd with a dictionary of 8 KiB", batch => Smaller(Cbor(batch), dictionary)),
            ("columnar", ColumnarPack.Of), ("columnar, zstd", batch => Smaller(ColumnarPack.Of(batch), dictionary: null)),
        ];
        Console.WriteLine($"| bytes a reading in batches of | {string.Join(" | ", Sizes)} |\n| --- |{string.Concat(Sizes.Select(_ => " ---: |"))}");
        foreach (var (name, encode) in layouts)
        {
            var cells = Sizes.Select(size => (Many(size, device: 1).Sum(batch => (double)encode(batch).Length) / Batches / size).ToString("F1", CultureInfo.InvariantCulture));
            Console.WriteLine($"| {name} | {string.Join(" | ", cells)} |");
        }

        return 0;
    }

    /// <summary>Ten series that walk, three decimals, sampled together once a second.</summary>
    private static IEnumerable<ReadingBatch> Many(int size, int device)
    {
        var random = new Random(device);
        var values = Enumerable.Range(0, Series).Select(_ => random.NextDouble() * 100).ToArray();
        for (var number = 1; number <= Batches; number++)
        {
            var batch = new ReadingBatch { Device = DeviceId.Parse($"pump-{device:0000}"), Identity = new(0x1234_5678_9abc_def0 * (ulong)device, (ulong)number * 40, (ulong)number * 39) };
            for (var i = 0; i < size; i++)
            {
                var at = i % Series;
                values[at] += random.NextDouble() - 0.5;
                batch.Add(new()
                {
                    Measurement = batch.AddText("machine"u8), Field = batch.AddText($"channel_{at}"), Unit = batch.AddText("Cel"u8),
                    TimeNs = 1_765_432_100_000_000_000 + ((((long)number * size) + i) / Series * 1_000_000_000) + 123_000_000,
                    Number = Math.Round(values[at], 3), Sum = double.NaN, Kind = ReadingKind.Float,
                });
            }

            yield return batch;
        }
    }

    private static byte[] Cbor(ReadingBatch batch)
    {
        var to = new ArrayBufferWriter<byte>();
        SenMlCborEncoder.Encode(batch, to);
        return to.WrittenSpan.ToArray();
    }

    private static byte[] Json(ReadingBatch batch)
    {
        var to = new ArrayBufferWriter<byte>();
        SenMlJsonEncoder.Encode(batch, to);
        return to.WrittenSpan.ToArray();
    }

    private static byte[] Line(ReadingBatch batch)
    {
        var text = new StringBuilder();
        foreach (var reading in batch.Readings)
            text.Append(CultureInfo.InvariantCulture, $"{batch.Text(reading.Measurement)},device={batch.Device} {batch.Text(reading.Field)}={reading.Number} {reading.TimeNs}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Gzip(byte[] plain)
    {
        var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Optimal)) gzip.Write(plain);
        return to.ToArray();
    }

    /// <summary>Left as it is where packing makes it no smaller.</summary>
    private static byte[] Smaller(byte[] plain, byte[]? dictionary)
    {
        using var zstd = new Compressor(1);
        zstd.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        if (dictionary is not null) zstd.LoadDictionary(dictionary);
        var packed = zstd.Wrap(plain).ToArray();
        return packed.Length < plain.Length ? packed : plain;
    }
}
