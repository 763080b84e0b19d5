using System.Globalization;
using Iot.Gateway.Reconciliation;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>One line of the answer: how far it is, or, last of all, the result or why there is none.</summary>
internal sealed record ReconcileLineJson(ReconcileProgressJson? Progress = null, ReconcileJson? Result = null, string? Error = null);

/// <param name="Share">0 to 1; absent when it cannot be known.</param>
internal sealed record ReconcileProgressJson(string What, double? Share);

/// <summary>All counts are readings. The lists are cut after 1000, the counts are not.</summary>
/// <param name="Proven">Everything asked for could be counted, and nothing differs.</param>
internal sealed record ReconcileJson(bool Proven, JournalFindingsJson Journal, IReadOnlyList<SinkFindingsJson> Sinks)
{
    public static ReconcileJson Of(ReconcileReport report) =>
        new(report.IsProven, JournalFindingsJson.Of(report.Journal), [.. report.Sinks.Select(SinkFindingsJson.Of)]);
}

/// <param name="First">Lowest offset that the journal holds.</param>
/// <param name="Next">One past the last one read.</param>
/// <param name="ProofFrom">Absent: the journal holds everything that ever arrived. Else readings of before this time may have come from what it let go.</param>
/// <param name="Readings">Accepted readings in it.</param>
/// <param name="MissingRecords">Records that are not there any more.</param>
/// <param name="Missing">Their offsets.</param>
/// <param name="Unreadable">Offsets of records that are whole, but hold nothing that can be decoded any more.</param>
/// <param name="Books">Devices whose books say something else.</param>
internal sealed record JournalFindingsJson(
    ulong First, ulong Next, string? ProofFrom, long Readings, ulong MissingRecords,
    IReadOnlyList<OffsetRangeJson> Missing, IReadOnlyList<ulong> Unreadable, IReadOnlyList<BooksDifferenceJson> Books)
{
    public static JournalFindingsJson Of(JournalFindings found) => new(
        found.First, found.Next, found.ProofFromNs is { } from ? TimeText.Format(from) : null, found.Readings, found.MissingRecords,
        [.. found.Missing.Select(range => new OffsetRangeJson(range.From, range.To))], found.Unreadable,
        [.. found.Books.Select(both => new BooksDifferenceJson(both.Device.Value, both.Books, both.Journal))]);
}

internal sealed record OffsetRangeJson(ulong From, ulong To);

internal sealed record BooksDifferenceJson(string Device, long Books, long Journal);

/// <param name="Problem">Why it could not be counted; then the rest says nothing.</param>
/// <param name="UpTo">One past the last journal offset that it must hold.</param>
/// <param name="Found">expected - missing + extra + doubled + older + later.</param>
/// <param name="Older">There, but of a time before the journal's: not judged.</param>
/// <param name="Later">Delivered while it was counted.</param>
/// <param name="Refused">By the sink for good: dead letters, not expected.</param>
/// <param name="RefusedUnnamed">Refused beyond DeadLetters:MaxLetters: nobody knows which, as many may be named as missing.</param>
/// <param name="Strangers">Of devices that the books do not know: not judged.</param>
/// <param name="KeptFrom">Older ones may be gone by the sink's own retention: not judged. Absent when it keeps all.</param>
internal sealed record SinkFindingsJson(
    string Sink, string? Problem, ulong UpTo, long Expected, long Found, long Missing, long Extra, long Doubled, long Older, long Later,
    long Refused, long RefusedUnnamed, long Strangers, string? KeptFrom,
    IReadOnlyList<ReconciledReadingJson> MissingReadings, IReadOnlyList<ReconciledReadingJson> ExtraReadings, IReadOnlyList<ReconciledReadingJson> DoubledReadings)
{
    public static SinkFindingsJson Of(SinkFindings found) => new(
        found.Sink, found.Problem, found.UpTo, found.Expected, found.Found, found.Missing, found.Extra, found.Doubled, found.Older, found.Later,
        found.Refused, found.RefusedUnnamed, found.Strangers, found.KeptFromNs is { } from ? TimeText.Format(from) : null,
        [.. found.MissingReadings.Select(ReconciledReadingJson.Of)],
        [.. found.ExtraReadings.Select(ReconciledReadingJson.Of)],
        [.. found.DoubledReadings.Select(ReconciledReadingJson.Of)]);
}

/// <param name="Offset">Of the journal record that holds it; of what is extra: the one that the sink notes, if it notes any.</param>
/// <param name="Reading">Its place in that message, from 0.</param>
/// <param name="Epoch">16 hexadecimal digits; absent for a message without identity.</param>
internal sealed record ReconciledReadingJson(
    string Device, string Measurement, string Field, string? Tags, string Time, ulong? Offset, int? Reading, string? Epoch, ulong? Seq)
{
    public static ReconciledReadingJson Of(MissingReading missing) => Of(missing.Series, missing.TimeNs, missing.Offset) with
    {
        Reading = missing.Reading,
        Epoch = missing.Epoch?.ToString("x16", CultureInfo.InvariantCulture),
        Seq = missing.Seq,
    };

    public static ReconciledReadingJson Of(ExtraReading extra) => Of(extra.Series, extra.TimeNs, extra.Offset);

    private static ReconciledReadingJson Of(SeriesName series, long timeNs, ulong? offset) => new(
        series.Device, series.Measurement, series.Field, series.Tags.Length == 0 ? null : series.Tags, TimeText.Format(timeNs), offset, null, null, null);
}
