using System.Text;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;
using Iot.Journal;

namespace Iot.Gateway.Replay;

/// <summary>What became of one record on a replay's way through the journal.</summary>
internal enum ReplayStep
{
    /// <summary>There is no further one to look at now.</summary>
    AtEnd,

    /// <summary>Nothing to send.</summary>
    PassedOver,

    /// <summary>To be sent: it is open in <see cref="ReplayReader.Message"/>.</summary>
    Opened,
}

/// <summary>Goes through the journal in order and opens what a replay sends: the range, and later values for the times sent already.</summary>
/// <remarks>
/// Where the later write wins, an old value sent again would stand over a newer one. So each message behind it, of the same device and
/// with a time in between those sent, is sent again, too, in order; what is sent last for a series and time is then the latest value.
/// </remarks>
/// <param name="limit">First offset that is not of the range any more, whenever it was received.</param>
internal sealed class ReplayReader(JournalReader reader, ReplayRequest request, ulong limit, SpooledMessage message, SentTimes sent, ILogger log) : IDisposable
{
    private readonly byte[] _device = Encoding.ASCII.GetBytes(request.Device ?? "");
    private JournalRecord? _waiting;
    private bool _previousInTime;

    public SpooledMessage Message => message;

    /// <summary>Next offset to look at.</summary>
    public ulong Position { get; private set; } = reader.Position;

    /// <summary>What was met since this reader was made.</summary>
    public ReplayCount Count { get; private set; }

    /// <summary>Messages of the range at or behind the limit.</summary>
    public long StillToCome { get; private set; }

    /// <summary>Receipt of the first and the last record met; 0 before.</summary>
    public long FirstReceivedNs { get; private set; }

    public long LastReceivedNs { get; private set; }

    /// <summary>Looks at the next record below <paramref name="end"/>.</summary>
    /// <param name="takesRange">False: the range is over, only later values are sent.</param>
    /// <exception cref="IOException">The disk could not be read.</exception>
    public ReplayStep Step(ulong end, bool takesRange)
    {
        if (_waiting is null && reader.TryRead(out var read)) _waiting = read;
        if (_waiting is not { } record || record.Offset >= end) return ReplayStep.AtEnd;

        _waiting = null;
        Position = record.Offset + 1;
        try
        {
            return Look(record, takesRange) ? ReplayStep.Opened : ReplayStep.PassedOver;
        }
        catch (InvalidDataException e)
        {
            log.Unreadable(e, record.Offset, e.Message, request.Sink);
            Count += new ReplayCount(0, 0, 0, 0, Unreadable: 1);
            return ReplayStep.PassedOver;
        }
    }

    public void Dispose() => reader.Dispose();

    private bool Look(in JournalRecord record, bool takesRange)
    {
        var head = SpoolRecord.Read(record.Payload.Span);
        if (FirstReceivedNs == 0) FirstReceivedNs = head.ReceivedAtNs;
        LastReceivedNs = head.ReceivedAtNs;

        var inTime = head.ReceivedAtNs >= request.FromNs && head.ReceivedAtNs < request.ToNs;
        if (inTime || _previousInTime) Count += new ReplayCount(0, 0, 0, Missing: (long)record.MissingBefore, 0);
        _previousInTime = inTime;
        if (_device.Length > 0 && !head.Device.SequenceEqual(_device)) return false;

        var ofRange = inTime && record.Offset < limit && takesRange;
        if (!ofRange && !inTime && !sent.Knows(head.Device)) return false;
        if (!message.TryOpen(record)) return false;

        if (inTime && record.Offset >= limit) StillToCome++;
        if (!ofRange && !sent.Overlaps(message)) return false;

        sent.Add(message);
        Count += ofRange ? new(1, message.Accepted, 0, 0, 0) : new ReplayCount(0, 0, Later: 1, 0, 0);
        return true;
    }
}
