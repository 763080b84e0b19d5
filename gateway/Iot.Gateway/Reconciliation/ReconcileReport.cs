using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>What a reconciliation found. All counts are readings; the lists are cut after 1000, the counts are not.</summary>
internal sealed record ReconcileReport(ReconcileQuestion Question, JournalFindings Journal, IReadOnlyList<SinkFindings> Sinks)
{
    /// <summary>Everything asked for could be counted, and nothing differs.</summary>
    public bool IsProven => Journal.IsWhole && Sinks.All(sink => sink.IsEqual);
}

/// <summary>The journal counted again, and compared with the books.</summary>
/// <param name="First">The lowest offset it holds: what came before is not judged.</param>
/// <param name="Next">One past the last record that was read.</param>
/// <param name="ProofFromNs">Readings newer than this are all in the journal; null: it holds everything that ever arrived.</param>
/// <param name="Readings">Accepted readings in it, of any time.</param>
/// <param name="Missing">Offsets whose records cannot be read any more.</param>
/// <param name="Unreadable">Offsets of whole records whose message cannot be decoded any more.</param>
/// <param name="Books">Devices whose books say something else than the journal.</param>
internal sealed record JournalFindings(
    ulong First, ulong Next, long? ProofFromNs, long Readings, ulong MissingRecords, IReadOnlyList<OffsetRange> Missing,
    IReadOnlyList<ulong> Unreadable, IReadOnlyList<BooksDifference> Books)
{
    public bool IsWhole => MissingRecords == 0 && Unreadable.Count == 0 && Books.Count == 0;
}

/// <param name="To">The last of them.</param>
internal readonly record struct OffsetRange(ulong From, ulong To);

/// <param name="Books">Accepted readings by the books.</param>
/// <param name="Journal">Accepted readings counted from the journal.</param>
internal sealed record BooksDifference(DeviceId Device, long Books, long Journal);

/// <summary>What one sink holds, against what it was given. found = expected - missing + extra + doubled + older + later.</summary>
internal sealed record SinkFindings(string Sink)
{
    /// <summary>Why it could not be counted, as a sentence; null when it was.</summary>
    public string? Problem { get; init; }

    /// <summary>One past the last journal offset that it must hold.</summary>
    public ulong UpTo { get; init; }

    public long Expected { get; init; }

    public long Found { get; init; }

    public long Missing { get; init; }

    /// <summary>There, though no record of the journal holds them.</summary>
    public long Extra { get; init; }

    /// <summary>Times that a reading is there once more than it should be.</summary>
    public long Doubled { get; init; }

    /// <summary>There, but of a time before the journal begins: neither right nor wrong.</summary>
    public long Older { get; init; }

    /// <summary>Delivered while we counted.</summary>
    public long Later { get; init; }

    /// <summary>Refused by the sink for good and kept as dead letters: not expected.</summary>
    public long Refused { get; init; }

    /// <summary>Readings of devices that these books do not know; somebody else's, not judged.</summary>
    public long Strangers { get; init; }

    public IReadOnlyList<MissingReading> MissingReadings { get; init; } = [];

    public IReadOnlyList<ExtraReading> ExtraReadings { get; init; } = [];

    public IReadOnlyList<ExtraReading> DoubledReadings { get; init; } = [];

    /// <summary>Readings of before this may be gone by the sink's own retention and are not judged; null when it keeps everything asked for.</summary>
    public long? KeptFromNs { get; init; }

    /// <summary>Refused too, but beyond DeadLetters:MaxLetters, so nobody knows which: as many may be named as missing.</summary>
    public long RefusedUnnamed { get; init; }

    public bool IsEqual => Problem is null && Missing == 0 && Extra == 0 && Doubled == 0;
}

/// <param name="Offset">The last journal record that holds it.</param>
/// <param name="Reading">Its place in that message, from 0.</param>
internal sealed record MissingReading(SeriesName Series, long TimeNs, ulong Offset, int Reading, ulong? Epoch, ulong? Seq);

/// <param name="Offset">The journal offset that the sink notes beside it; null when it notes none.</param>
internal sealed record ExtraReading(SeriesName Series, long TimeNs, ulong? Offset);

/// <summary>What makes a series the same one, in a sink's own spelling.</summary>
/// <param name="Tags">Further tags, <c>key=value,key=value</c>, sorted and escaped; empty for none.</param>
internal sealed record SeriesName(string Device, string Measurement, string Field, string Tags);
