using System.Text;
using Iot.Gateway;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Spooling;

namespace Iot.Fuzz;

/// <summary>The records of the gateway's journal. Read, or refused with <see cref="InvalidDataException"/>; what is read lies in the record and is all of it.</summary>
internal sealed class SpoolRecordTarget : FuzzTarget
{
    public override string Name => "spool-record";

    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            yield return Record(Verdict.Judged, [], "[{\"n\":\"a\",\"v\":1}]");
            yield return Record(Verdict.Judged, [], "[]", given: 7);
            yield return Record(Verdict.Judged, [new(0, RejectReason.NoValue), new(7, RejectReason.BadName)], "");
            yield return Record(Verdict.Undecodable, [new(3, RejectReason.Malformed)], "foreign");
            yield return Record(Verdict.Duplicate, [], "");
            yield return Record(Verdict.Requeued, [], "[]", new RequeuedFrom(3, WholeMessage: true, Sink: null).ToBytes());
            yield return Record(Verdict.Requeued, [new(1, RejectReason.TooOld)], "[]", new RequeuedFrom(5, WholeMessage: false, "influx").ToBytes());
        }
    }

    public override void Run(byte[] input)
    {
        var meter = AllocationMeter.Start();
        SpoolRecord record;
        try
        {
            record = SpoolRecord.Read(input);
        }
        catch (InvalidDataException)
        {
            return; // documented
        }

        meter.AssertInProportion(input.Length, perByte: 0);
        Promise.Same(input.Length, record.HeadLength(record.Rejected) + record.Payload.Length, "all parts together");
        Promise.Holds(record.Rejected <= input.Length, "more rejections than bytes");

        var rejections = Enumerable.Range(0, record.Rejected).Select(i => i).ToArray();
        var entries = new Rejection[rejections.Length];
        foreach (var i in rejections) entries[i] = record.RejectionAt(i);

        var again = new byte[record.HeadLength(entries.Length) + record.Payload.Length];
        record.Payload.CopyTo(again.AsSpan(record.WriteHead(again, entries)));
        var copy = SpoolRecord.Read(again);
        Promise.Holds(copy.Payload.SequenceEqual(record.Payload) && copy.Device.SequenceEqual(record.Device) && copy.Tags.SequenceEqual(record.Tags), "a copy differs");
        Promise.Holds(copy.From.SequenceEqual(record.From) && copy.Schema.SequenceEqual(record.Schema), "a copy differs");
        Promise.Same((record.Verdict, record.Format, record.ReceivedAtNs, record.Readings), (copy.Verdict, copy.Format, copy.ReceivedAtNs, copy.Readings), "a copy");
        Promise.Same((record.Identity, record.Rejected, record.Accepted), (copy.Identity, copy.Rejected, copy.Accepted), "a copy");
        AssertOrigin(record.From);
    }

    /// <summary>Of a requeued record.</summary>
    private static void AssertOrigin(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var from = RequeuedFrom.Read(bytes);
            Promise.Same(from, RequeuedFrom.Read(from.ToBytes()), "an origin written and read again");
        }
        catch (InvalidDataException)
        {
            // documented: too short to be one
        }
    }

    private static byte[] Record(Verdict verdict, Rejection[] rejections, string payload, byte[]? from = null, ulong given = 0)
    {
        var record = new SpoolRecord
        {
            Verdict = verdict, Format = PayloadFormat.SenMl, ReceivedAtNs = 1_760_000_000_000_000_000, Identity = new(0x0123456789ABCDEF, 42, 40, given), Readings = 9,
            Device = "pump-7"u8, Measurement = "telemetry"u8, Tags = "line=3,site=hall\\ 1"u8, Schema = "pump 3"u8, From = from,
        };
        var body = Encoding.UTF8.GetBytes(payload);
        var bytes = new byte[record.HeadLength(rejections.Length) + body.Length];
        body.CopyTo(bytes, record.WriteHead(bytes, rejections));
        return bytes;
    }
}
