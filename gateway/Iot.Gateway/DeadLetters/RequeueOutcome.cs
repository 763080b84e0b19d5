using System.Runtime.InteropServices;

namespace Iot.Gateway.DeadLetters;

/// <summary>How it went with one dead letter that was to be requeued.</summary>
/// <param name="Detail">A sentence for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequeueOutcome(long Id, RequeueResult Result, string Detail)
{
    /// <summary>What was wanted is so, now or since before: asking once more changes nothing.</summary>
    public bool IsDone => Result is RequeueResult.Requeued or RequeueResult.WasRequeued;
}

internal enum RequeueResult
{
    /// <summary>Accepted now, and on disk; in a dry run: it would be.</summary>
    Requeued,

    /// <summary>It was requeued before: nothing was done.</summary>
    WasRequeued,

    /// <summary>The schema of now refuses it, too; it stays as it is.</summary>
    StillRefused,

    /// <summary>The device has sent that batch again in the meantime, and that copy was accepted.</summary>
    CameAgain,

    /// <summary>Somebody discarded it.</summary>
    WasDiscarded,

    /// <summary>Neither the spool nor the dead letters hold all its bytes.</summary>
    BytesGone,

    /// <summary>The spool takes nothing now; it stays as it is.</summary>
    SpoolFull,

    NotFound,
}
