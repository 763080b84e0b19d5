using System.Buffers;
using System.Text;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>The message that every benchmark speaks of: 100 readings of one device, ten fields at ten times, values of two decimals.</summary>
internal static class Samples
{
    public const int Readings = 100;
    public const int Fields = 10;
    public const long TimeNs = 1_765_432_100_000_000_000;
    public const long StepNs = 1_000_000_000;

    public static DeviceId Device { get; } = DeviceId.Parse("pump-000007");

    public static DecodeContext Context { get; } = new(Device, TimeNs + (60 * StepNs), 10_000);

    public static ReadingBatch Batch(ulong seq = 1, long timeNs = TimeNs)
    {
        var batch = new ReadingBatch();
        Fill(batch, seq, timeNs);
        return batch;
    }

    /// <summary>Allocates nothing once the batch has grown.</summary>
    public static void Fill(ReadingBatch batch, ulong seq, long timeNs)
    {
        batch.Clear();
        batch.Device = Device;
        batch.Identity = new(0x1234_5678_9abc_def0, seq, 0);
        var measurement = batch.AddText("machine"u8);
        for (var i = 0; i < Readings; i++)
        {
            Span<byte> name = [.. "channel_"u8, (byte)('0' + (i % Fields))];
            batch.Add(new()
            {
                Measurement = measurement,
                Field = batch.AddText(name),
                Kind = ReadingKind.Float,
                Number = (2000 + (i * 7919 % 1000)) / 100d,
                Sum = double.NaN,
                TimeNs = timeNs + (i / Fields * StepNs),
            });
        }
    }

    public static byte[] Cbor()
    {
        var to = new ArrayBufferWriter<byte>();
        SenMlCborEncoder.Encode(Batch(), to);
        return to.WrittenSpan.ToArray();
    }

    public static byte[] Json()
    {
        var to = new ArrayBufferWriter<byte>();
        SenMlJsonEncoder.Encode(Batch(), to);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>A message as a sink gets it, its batch empty.</summary>
    public static SpooledMessage Spooled(ulong offset = 0)
    {
        var message = new SpooledMessage(new MessageDecoder(1 << 20));
        message.OpenHead(offset, SpoolRecord.Read(Head));
        return message;
    }

    /// <summary>A spool record without payload.</summary>
    public static byte[] Head { get; } = MakeHead();

    private static byte[] MakeHead()
    {
        var record = new SpoolRecord
        {
            Verdict = Verdict.Judged,
            Readings = Readings,
            Device = Encoding.ASCII.GetBytes(Device.Value),
            Measurement = "telemetry"u8,
        };
        var bytes = new byte[record.HeadLength(0)];
        record.WriteHead(bytes, []);
        return bytes;
    }
}
