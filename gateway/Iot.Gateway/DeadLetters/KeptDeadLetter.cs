using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.DeadLetters;

/// <summary>A dead letter as it is kept.</summary>
/// <param name="Id">Grows with every dead letter; never given twice.</param>
/// <param name="Letter">Its payload is filled by <see cref="DeadLetterStore.Get"/> only, and may be the message's start or nothing.</param>
/// <param name="PayloadLength">Bytes the message had.</param>
/// <param name="PayloadKept">Bytes of it that are kept: fewer beyond a limit of <see cref="DeadLettersOptions"/>, none once all letters of the message are dealt with.</param>
internal sealed record KeptDeadLetter(long Id, DeadLetter Letter, LetterState State, long PayloadLength, long PayloadKept)
{
    public bool HasWholePayload => PayloadKept == PayloadLength;

    /// <summary>Null when all bytes are kept, else a sentence for people.</summary>
    public string? PayloadNote => (PayloadKept < PayloadLength, State, PayloadKept) switch
    {
        (false, _, _) => null,
        (true, not LetterState.Kept, 0) => $"Its {PayloadLength} bytes went when it was dealt with.",
        (true, _, 0) => $"None of its {PayloadLength} bytes are kept: DeadLetters:MaxBytes was reached.",
        _ => $"The first {PayloadKept} of its {PayloadLength} bytes are kept: DeadLetters:MaxBytesPerMessage.",
    };
}

/// <summary>Which dead letters to list; null means any. Newest first, unless <paramref name="OldestFirst"/>.</summary>
/// <param name="FromNs">First nanosecond of receipt that counts.</param>
/// <param name="ToNs">First nanosecond that does not count any more.</param>
/// <param name="BeforeId">Only those with a smaller id: the last one of the page before.</param>
/// <param name="AfterId">Only those with a larger id.</param>
/// <param name="Limit">1–10,000.</param>
internal sealed record DeadLetterFilter(
    DeviceId? Device = null, RejectReason? Reason = null, string? Origin = null, LetterState? State = null,
    long FromNs = long.MinValue, long ToNs = long.MaxValue, long BeforeId = long.MaxValue, long AfterId = 0,
    bool OldestFirst = false, int Limit = 100);

/// <summary>How many of those that a filter means were refused for a reason.</summary>
internal sealed record DeadLetterGroup(RejectReason Reason, long Letters, long Readings);

/// <summary>Whether there is something new to look at.</summary>
/// <param name="Newest">Highest id given since the start, or kept from before.</param>
/// <param name="Waiting">Kept, and not dealt with.</param>
/// <param name="IsFull">As many as may be are kept: what comes now is only counted.</param>
/// <param name="Schemas">Grows with every reading of the schema files.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DeadLetterStand(long Newest, long Waiting, bool IsFull, int Schemas);

/// <summary>How many readings of a device an origin refused for a reason, those too that are only counted; without those requeued.</summary>
internal sealed record DeadLetterCount(DeviceId Device, string Origin, RejectReason Reason, long Letters, long Readings);
