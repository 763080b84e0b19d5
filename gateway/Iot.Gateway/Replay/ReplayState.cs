using System.Runtime.InteropServices;

namespace Iot.Gateway.Replay;

internal enum ReplayPhase
{
    /// <summary>Looks through the journal for what is in the range.</summary>
    Counting,

    Sending,

    /// <summary>All sent, or all that will be: <see cref="ReplayState.Stop"/> says which.</summary>
    Ended,
}

/// <summary>Why a replay takes no more of its range. What it has sent is settled all the same.</summary>
internal enum ReplayStop
{
    None,
    Cancelled,

    /// <summary>The journal needed the room of the records that the replay held.</summary>
    JournalFull,

    /// <summary>Not configured any more.</summary>
    SinkGone,

    /// <summary>The journal is another one than that it began on.</summary>
    JournalGone,
}

/// <summary>How a replay stands: what it was asked, how far it is, what came of it. Immutable; kept in a file, so that it goes on after a crash.</summary>
internal sealed record ReplayState
{
    public required ReplayRequest Request { get; init; }

    /// <summary>Identity of the journal: offsets of another one mean other records.</summary>
    public ulong Journal { get; init; }

    /// <summary>Nanoseconds since 1970; tells one replay of a sink from the next.</summary>
    public long StartedNs { get; init; }

    /// <summary>0 while it runs.</summary>
    public long EndedNs { get; init; }

    public ReplayPhase Phase { get; init; }

    public ReplayStop Stop { get; init; }

    /// <summary>Next offset to look at.</summary>
    public ulong Position { get; init; }

    /// <summary>Delivery had got this far when it began: what lies behind is delivered anyway, and not replayed.</summary>
    public ulong Limit { get; init; }

    /// <summary>What the range holds.</summary>
    public ReplayCount Range { get; init; }

    /// <summary>What was sent of it so far.</summary>
    public ReplayCount Sent { get; init; }

    /// <summary>Messages in the range that delivery had not reached.</summary>
    public long StillToCome { get; init; }

    /// <summary>Receipt of the first and the last record that the journal held; 0 when it was empty.</summary>
    public long HeldFromNs { get; init; }

    public long HeldToNs { get; init; }

    /// <summary>Times of the readings sent so far, for what must be sent behind them; <see cref="OldestNs"/> is above <see cref="NewestNs"/> before the first.</summary>
    public long OldestNs { get; init; } = long.MaxValue;

    public long NewestNs { get; init; } = long.MinValue;

    /// <summary>Readings that the sink refused, again or for the first time; and its words about the first.</summary>
    public long Refused { get; init; }

    public string? Refusal { get; init; }
}

/// <summary>Messages and readings met by a replay.</summary>
/// <param name="Later">Messages behind the range that hold values for the same times: sent as well, so that the later value stays.</param>
/// <param name="Missing">Records that damage or retention took, in the range or at its edge.</param>
/// <param name="Unreadable">Records that could not be opened.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplayCount(long Messages, long Readings, long Later, long Missing, long Unreadable)
{
    public static ReplayCount operator +(ReplayCount left, ReplayCount right) => new(
        left.Messages + right.Messages, left.Readings + right.Readings, left.Later + right.Later, left.Missing + right.Missing, left.Unreadable + right.Unreadable);
}
