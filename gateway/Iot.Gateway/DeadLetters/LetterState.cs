namespace Iot.Gateway.DeadLetters;

/// <summary>What became of a dead letter. A number in the file: never reuse one.</summary>
internal enum LetterState : byte
{
    /// <summary>Waits for a person.</summary>
    Kept = 0,

    /// <summary>Judged again, accepted, and delivered since: it counts as refused no more.</summary>
    Requeued = 1,

    /// <summary>Somebody decided that it is worth nothing. It still counts as refused.</summary>
    Discarded = 2,
}
