using System.Globalization;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Api;

internal sealed record DeadLettersJson(IReadOnlyList<DeadLetterJson> DeadLetters);

/// <param name="At">Receipt of its message, RFC 3339.</param>
/// <param name="Reason">As in metrics: <c>above_maximum</c>.</param>
/// <param name="Sink">Which sink refused it; absent when ingest did.</param>
/// <param name="State"><c>kept</c>, <c>requeued</c> or <c>discarded</c>.</param>
/// <param name="Schema"><c>type@version</c> of the schema that refused it; absent when none did.</param>
/// <param name="Reading">Index among the readings of the message; absent when the whole message was refused.</param>
/// <param name="Epoch">16 hexadecimal digits; absent, like seq, for a message without identity.</param>
/// <param name="Readings">How many readings were refused; 1 for a message that could not be read.</param>
/// <param name="PayloadBytes">Bytes of the message that are kept.</param>
internal sealed record DeadLetterJson(
    string Id, string Device, string At, string Reason, string Detail, string? Sink, string State, string? Schema, ulong Offset, int? Reading,
    string? Epoch, ulong? Seq, int Readings, long PayloadBytes, long MessageBytes)
{
    public static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static DeadLetterJson Of(KeptDeadLetter kept)
    {
        var letter = kept.Letter;
        return new(
            IdText(kept.Id),
            letter.Device.Value,
            TimeText.Format(letter.ReceivedAtNs),
            SnakeCase.Of(letter.Reason),
            letter.Detail,
            letter.Origin.Equals(DeadLetter.Ingest, StringComparison.Ordinal) ? null : letter.Origin,
            SnakeCase.Of(kept.State),
            letter.Schema.Length == 0 ? null : letter.Schema,
            letter.Offset,
            letter.Index == DeadLetter.WholeMessage ? null : letter.Index,
            letter.Identity?.Epoch.ToString("x16", CultureInfo.InvariantCulture),
            letter.Identity?.Seq,
            letter.Readings,
            kept.PayloadKept,
            kept.PayloadLength);
    }
}

/// <param name="Payload">The message as it arrived, base64; its start when not all of it is kept.</param>
/// <param name="Note">What is not kept, and why; absent when all is.</param>
internal sealed record DeadLetterContentJson(DeadLetterJson DeadLetter, byte[] Payload, string? Note)
{
    /// <summary>Decoded and judged by the schema of now; absent when nobody holds all of the message.</summary>
    public OpenedLetterJson? Message { get; init; }

    public static DeadLetterContentJson Of(KeptDeadLetter kept) => new(DeadLetterJson.Of(kept), kept.Letter.Payload.ToArray(), kept.PayloadNote);
}

internal sealed record DeadLetterGroupsJson(IReadOnlyList<DeadLetterGroupJson> Groups);

internal sealed record DeadLetterGroupJson(string Reason, long Letters, long Readings)
{
    public static DeadLetterGroupJson Of(DeadLetterGroup group) => new(SnakeCase.Of(group.Reason), group.Letters, group.Readings);
}

/// <param name="Next">Ask again with after = this; absent at the end.</param>
internal sealed record RequeueJson(IReadOnlyList<RequeueOutcomeJson> Outcomes, string? Next);

/// <param name="Result"><c>requeued</c>, <c>was_requeued</c>, <c>still_refused</c>, <c>came_again</c>, <c>was_discarded</c>, <c>bytes_gone</c>, <c>spool_full</c> or <c>not_found</c>.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record RequeueOutcomeJson(string Id, string Result, string Detail)
{
    public static RequeueOutcomeJson Of(RequeueOutcome outcome) => new(DeadLetterJson.IdText(outcome.Id), SnakeCase.Of(outcome.Result), outcome.Detail);
}

/// <param name="Discarded">How many are now; those dealt with before stay as they are.</param>
/// <param name="Next">Ask again with after = this; absent at the end.</param>
internal sealed record DiscardJson(int Discarded, string? Next);
