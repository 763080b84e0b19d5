using Iot.Gateway.Decoding;
using Iot.Gateway.Spooling;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Delivery;

/// <summary>One judged message, opened again for a sink: its readings, and which of them are accepted.</summary>
/// <remarks>Reused from message to message: a sink takes what it needs before it returns. One owner at a time.</remarks>
/// <param name="sink">Whom it is opened for; null for somebody who looks at what goes to all sinks.</param>
internal sealed class SpooledMessage(MessageDecoder decoder, string? sink = null)
{
    private readonly List<int> _rejected = [];
    private byte[] _measurement = [];
    private byte[] _tags = [];
    private int _measurementLength;
    private int _tagsLength;

    /// <summary>Where it stands in the journal.</summary>
    public ulong Offset { get; private set; }

    public long ReceivedAtNs { get; private set; }

    /// <summary>All readings of the message, rejected ones too: ask <see cref="IsAccepted"/>.</summary>
    public ReadingBatch Batch { get; } = new();

    public DeviceId Device => Batch.Device;

    public int Accepted => Batch.Count - _rejected.Count;

    /// <summary>Measurement for readings that name none.</summary>
    public ReadOnlySpan<byte> Measurement => _measurement.AsSpan(0, _measurementLength);

    /// <summary>Tags of the device besides <c>device</c>, <c>key=value,key=value</c>, sorted and escaped as line protocol wants.</summary>
    public ReadOnlySpan<byte> Tags => _tags.AsSpan(0, _tagsLength);

    public bool IsAccepted(int index) => _rejected.BinarySearch(index) < 0;

    /// <summary>Opens a journal record; false for one that holds nothing to deliver to this sink.</summary>
    public bool TryOpen(in JournalRecord journalRecord)
    {
        var record = SpoolRecord.Read(journalRecord.Payload.Span);
        OpenHead(journalRecord.Offset, record);
        if (record.Accepted == 0 || !record.IsFor(sink ?? "")) return false;

        var context = new DecodeContext(record.DeviceId, record.ReceivedAtNs, int.MaxValue);
        if (!decoder.TryDecode(record.Format, record.Payload, context, Batch, out var why))
            throw new InvalidDataException($"The message at offset {Offset} was decoded once and is not any more: {why}.");

        return true;
    }

    /// <summary>Takes everything but the readings from a record; <see cref="Batch"/> is then empty and may be filled by hand.</summary>
    public void OpenHead(ulong offset, in SpoolRecord record)
    {
        Offset = offset;
        ReceivedAtNs = record.ReceivedAtNs;
        _rejected.Clear();
        for (var i = 0; i < record.Rejected; i++) _rejected.Add(record.RejectionAt(i).Index);
        _measurementLength = Keep(record.Measurement, ref _measurement);
        _tagsLength = Keep(record.Tags, ref _tags);
        Batch.Clear();
        Batch.Device = record.DeviceId;
    }

    private static int Keep(ReadOnlySpan<byte> source, ref byte[] buffer)
    {
        if (buffer.Length < source.Length) buffer = new byte[source.Length];

        source.CopyTo(buffer);
        return source.Length;
    }
}
