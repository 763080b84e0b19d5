using System.Runtime.InteropServices;
using System.Text;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Spooling;

/// <summary>Step 4 of ingest: the journal on this machine's disk, written in the form of <see cref="SpoolRecord"/>.</summary>
/// <remarks>Thread-safe. Nothing is copied but into the journal's group buffer.</remarks>
internal sealed class FileSpool(SegmentedJournal journal)
{
    [ThreadStatic]
    private static byte[]? Head;

    public SegmentedJournal Journal { get; } = journal;

    /// <summary>The options, widened where needed: every message that the limits let in fits into a record.</summary>
    public static JournalOptions WithRoomFor(LimitsOptions limits, JournalOptions options)
    {
        var largest = SpoolRecord.MaxHeadLength(limits.ReadingsPerBatch) + limits.PayloadBytes;
        return options with
        {
            MaxRecordBytes = Math.Max(options.MaxRecordBytes, largest),
            MaxPendingBytes = Math.Max(options.MaxPendingBytes, largest),
        };
    }

    public ValueTask<AppendTicket> AppendJudged(
        in ReceivedMessage message, ReadingBatch batch, DeviceSchema schema, List<Rejection> rejections, CancellationToken cancellation)
    {
        var record = Record(message, Verdict.Judged, batch.Count, batch.Identity);
        record.Measurement = schema.Measurement;
        record.Tags = schema.Tags;
        if (rejections.Count > 0) record.Schema = schema.Version;
        return Append(record, CollectionsMarshal.AsSpan(rejections), message.Payload, cancellation);
    }

    public ValueTask<AppendTicket> AppendUndecodable(
        in ReceivedMessage message, RejectReason reason, int position, CancellationToken cancellation) =>
        Append(Record(message, Verdict.Undecodable, readings: 1, identity: null), [new(position, reason)], message.Payload, cancellation);

    /// <summary>Notes that a message came again; its bytes are on disk already.</summary>
    public ValueTask<AppendTicket> AppendDuplicate(in ReceivedMessage message, ReadingBatch batch, CancellationToken cancellation) =>
        Append(Record(message, Verdict.Duplicate, batch.Count, batch.Identity), [], default, cancellation);

    /// <summary>Dead letters that are accepted now: the message once more, under the schema of now.</summary>
    /// <param name="rejections">Every reading that the record does not deliver, ascending.</param>
    public ValueTask<AppendTicket> AppendRequeued(
        in ReceivedMessage message, ReadingBatch batch, DeviceSchema schema, in RequeuedFrom from, List<Rejection> rejections, CancellationToken cancellation)
    {
        var record = Record(message, Verdict.Requeued, batch.Count, batch.Identity);
        record.Measurement = schema.Measurement;
        record.Tags = schema.Tags;
        record.From = from.ToBytes();
        record.Schema = schema.Version;
        return Append(record, CollectionsMarshal.AsSpan(rejections), message.Payload, cancellation);
    }

    private static SpoolRecord Record(in ReceivedMessage message, Verdict verdict, int readings, BatchIdentity? identity) => new()
    {
        Verdict = verdict,
        Format = message.Format,
        ReceivedAtNs = message.ReceivedAtNs,
        Identity = identity,
        Readings = readings,
        Device = DeviceBytes(message.Device),
    };

    private ValueTask<AppendTicket> Append(
        in SpoolRecord record, ReadOnlySpan<Rejection> rejections, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var length = record.HeadLength(rejections.Length);
        if (Head is null || Head.Length < length) Head = new byte[Math.Max(1024, length)];

        record.WriteHead(Head, rejections);
        return Journal.AppendAsync(Head.AsMemory(0, length), payload, cancellation);
    }

    private static byte[] DeviceBytes(DeviceId device) => Encoding.ASCII.GetBytes(device.Value);
}
