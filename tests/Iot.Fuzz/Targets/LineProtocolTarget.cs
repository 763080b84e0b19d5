using System.Text;
using System.Text.Unicode;
using Iot.Gateway;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Influx;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Spooling;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Fuzz;

/// <summary>Foreign lines go the whole way: decoded, spooled, opened again and written for a database, which must read the same out of them.</summary>
internal sealed class LineProtocolTarget : FuzzTarget
{
    private const int MaxReadings = 10_000;

    /// <summary>Two bytes make a field and a reading, together 120 bytes; buffers grow by doubling.</summary>
    private const int MostAllocatedPerByte = 512;

    private static readonly DecodeContext Context = new(DeviceId.Parse("pump-7"), 1_760_000_000_123_456_789, MaxReadings);

    public override string Name => "line-protocol";

    public override IEnumerable<byte[]> Seeds => new[]
    {
        "motor,site=b,room=a temp=21.5,on=T,state=\"ok\" 1700000000000000000",
        "m v=1\nm v=2i \r\nm v=3u,w=-1.5e3\n# a comment\n\nm,device=pump-7,a=1 v=true 5",
        @"a\ b\,c\=d,k\ 1=x\,y\=z\ ä f\=g\,h=""say \""hi\"" \\ C:\n"" 1",
        "m s=\"a,b c=d\n# e\" 1\nm,device=pump-2 n=2 2\nm a=NaN,b=,c=0x1,d=f 3",
        "cpu,cpu=cpu0,host=pump usage_idle=98.2,usage_user=1.1,usage_user=1.2 1700000000000000001\ncpu,cpu=cpu0,host=pump usage_idle=9 1700000000000000001",
        "m,z=1,a=2,m=3 f=9007199254740993i,g=18446744073709551615u,h=1.7976931348623157e308,i=5e-324 -5\nbad\nm =1,x=\"",
    }.Select(Encoding.UTF8.GetBytes);

    public override void Run(byte[] input)
    {
        var meter = AllocationMeter.Start();
        var batch = new ReadingBatch();
        var decoded = new LineProtocolDecoder().TryDecode(input, Context, batch, out var why);
        meter.AssertInProportion(input.Length, MostAllocatedPerByte);

        Promise.Same(decoded, why.Error == DecodeError.None, "the answer and the reason");
        Promise.Holds(why.Position >= 0 && why.Position <= input.Length, $"the failure lies outside of the payload: {why}");
        if (!decoded) return;

        Promise.Holds(batch.Count is > 0 and <= MaxReadings, $"there are {batch.Count} readings");
        Promise.Holds(batch.Identity is null, "there is no identity in line protocol");
        foreach (var reading in batch.Readings) HoldsTogether(batch, reading);

        AssertDelivered(input, batch);
    }

    private static void HoldsTogether(ReadingBatch batch, in Reading reading)
    {
        foreach (var range in (ReadOnlySpan<TextRange>)[reading.Measurement, reading.Field, reading.Tags, reading.Text])
            Promise.Holds(Utf8.IsValid(batch.Utf8(range)), "a text is no UTF-8");

        if (reading.Defect != ReadingDefect.None) return;

        Promise.Holds(double.IsFinite(reading.Number) && reading.Kind != ReadingKind.None && !reading.HasSum, "a good reading without a value");
        Promise.Holds(!reading.Field.IsEmpty && !reading.Measurement.IsEmpty, "a good reading without a name");
    }

    private static void AssertDelivered(byte[] input, ReadingBatch batch)
    {
        using var decoder = new MessageDecoder(Math.Max(input.Length, 1));
        var message = new SpooledMessage(decoder);
        using var body = new LineBody();
        if (!message.TryOpen(new JournalRecord(0, Spooled(input, batch), 0))) return;

        new LineProtocolWriter().Write(message, body);
        var read = new ReadingBatch();
        Promise.Holds(new LineProtocolDecoder().TryDecode(body.All.Memory.Span, Context, read, out var why), $"what was written is not read: {why}");

        var (sent, got) = (LastValues(batch), LastValues(read));
        Promise.Holds(sent.ToHashSet().SetEquals(got), $"what a database reads is not what the device sent: {string.Join(' ', sent.Except(got))} became {string.Join(' ', got.Except(sent))}");
    }

    /// <summary>The journal record that ingest would make of it.</summary>
    private static byte[] Spooled(byte[] payload, ReadingBatch batch)
    {
        var rejections = Enumerable.Range(0, batch.Count).Where(i => batch.Readings[i].Defect != ReadingDefect.None)
            .Select(i => new Rejection(i, RejectReason.Malformed)).ToArray();
        var record = new SpoolRecord
        {
            Verdict = Verdict.Judged, Format = PayloadFormat.LineProtocol, ReceivedAtNs = Context.ReceivedAtNs, Readings = batch.Count,
            Device = Encoding.ASCII.GetBytes(Context.Device.Value), Measurement = "telemetry"u8,
        };
        var bytes = new byte[record.HeadLength(rejections.Length) + payload.Length];
        payload.CopyTo(bytes, record.WriteHead(bytes, rejections));
        return bytes;
    }

    /// <summary>What a database keeps: the last value under each series, field and time.</summary>
    private static Dictionary<(string Series, string Field, long TimeNs), string> LastValues(ReadingBatch batch)
    {
        var values = new Dictionary<(string, string, long), string>();
        foreach (var reading in batch.Readings)
        {
            if (reading.Defect != ReadingDefect.None) continue;

            values[($"{batch.Text(reading.Measurement)}\n{batch.Text(reading.Tags)}", batch.Text(reading.Field), reading.TimeNs)] =
                $"{reading.Kind} {BitConverter.DoubleToInt64Bits(reading.Number)} {batch.Text(reading.Text)}";
        }

        return values;
    }
}
