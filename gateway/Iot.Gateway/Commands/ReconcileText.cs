using System.Globalization;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary>What a reconciliation found, for people: the counts, then each difference in a sentence.</summary>
internal static class ReconcileText
{
    public static void Print(ReconcileJson result)
    {
        Print(result.Journal);
        Terminal.Table(
            ["sink", "up to", "expected", "found", "missing", "extra", "doubled", "refused", "equal"],
            [.. result.Sinks.Select(sink => (IReadOnlyList<string>)(sink.Problem is null
                ? [sink.Sink, Text(sink.UpTo), Text(sink.Expected), Text(sink.Found), Text(sink.Missing), Text(sink.Extra), Text(sink.Doubled), Text(sink.Refused), IsEqual(sink) ? "yes" : "NO"]
                : [sink.Sink, "", "", "", "", "", "", "", "not counted"]))]);
        foreach (var sink in result.Sinks) Print(sink);
        if (result.Journal.MissingRecords > 0 && result.Sinks.Any(sink => sink.Extra > 0))
            Terminal.Line("What is extra may have come from the records that are missing in the journal.");
    }

    private static void Print(JournalFindingsJson journal)
    {
        Terminal.Line($"The journal holds offsets {journal.First} to before {journal.Next}, with {journal.Readings} accepted readings.");
        if (journal.ProofFrom is not null)
            Terminal.Line($"What arrived before is not in it any more: the count proves what readings of {journal.ProofFrom} and later there are, and of older ones only those that arrived since.");
        foreach (var range in journal.Missing)
            Terminal.Line(range.From == range.To ? $"Journal: the record at offset {range.From} is missing." : $"Journal: the records at offsets {range.From} to {range.To} are missing.");
        foreach (var offset in journal.Unreadable) Terminal.Line($"Journal: the message at offset {offset} cannot be decoded any more.");
        foreach (var both in journal.Books) Terminal.Line($"{both.Device}: the books have {both.Books} accepted readings, the journal holds {both.Journal}.");
    }

    private static void Print(SinkFindingsJson sink)
    {
        if (sink.Problem is not null)
        {
            Terminal.Error($"{sink.Sink} was not counted: {sink.Problem}");
            return;
        }

        foreach (var reading in sink.MissingReadings) Terminal.Line($"{sink.Sink} lacks {Of(reading)}.");
        More(sink.Missing, sink.MissingReadings.Count, $"missing in {sink.Sink}");
        foreach (var reading in sink.ExtraReadings) Terminal.Line($"{sink.Sink} has {Of(reading)}, which is in no record of the journal.");
        More(sink.Extra, sink.ExtraReadings.Count, $"extra in {sink.Sink}");
        foreach (var reading in sink.DoubledReadings) Terminal.Line($"{sink.Sink} has {Of(reading)} more than once.");
        if (sink.Older > 0) Terminal.Line($"{sink.Sink} has {sink.Older} readings of before the journal's time, which are not judged.");
        if (sink.Later > 0) Terminal.Line($"{sink.Later} readings came into {sink.Sink} while it was counted.");
        if (sink.Strangers > 0) Terminal.Line($"{sink.Sink} has {sink.Strangers} readings of devices that these books do not know, which are not judged.");
        if (sink.KeptFrom is not null) Terminal.Line($"{sink.Sink} may have deleted readings of before {sink.KeptFrom} by its retention: those are not judged.");
        if (sink.RefusedUnnamed > 0)
            Terminal.Line($"{sink.Sink} refused {sink.RefusedUnnamed} more readings, which DeadLetters:MaxLetters did not keep one by one: as many may be named as missing.");
    }

    private static void More(long all, int named, string what)
    {
        if (all > named) Terminal.Line($"… and {all - named} more {what}.");
    }

    private static string Of(ReconciledReadingJson reading)
    {
        var tags = reading.Tags is null ? "" : $" ({reading.Tags})";
        var place = reading.Offset is null ? "" : $", journal offset {reading.Offset}";
        if (reading.Reading is not null) place += $", reading {reading.Reading}";
        if (reading.Epoch is not null) place += $", epoch {reading.Epoch}, batch {reading.Seq}";
        return $"{reading.Device} {reading.Measurement}/{reading.Field}{tags} at {reading.Time}{place}";
    }

    private static bool IsEqual(SinkFindingsJson sink) => sink is { Missing: 0, Extra: 0, Doubled: 0 };

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
