using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary>What came of a replay, in sentences.</summary>
internal static class ReplayResult
{
    public static int Print(ReplayJson replay)
    {
        var what = $"received from {replay.From} to {replay.To}{(replay.Device is { } device ? $" by {device}" : "")}";
        if (replay.Range.Messages == 0 && replay.State is "done")
        {
            Terminal.Error($"Nothing {what} can be sent to {replay.Sink} again: {Held(replay)}.{StillToCome(replay)}{Lost(replay.Range)}");
            return GatewayCommandLine.Failed;
        }

        var count = replay.DryRun ? replay.Range : replay.Sent;
        Terminal.Line(Text($"{(replay.DryRun ? "In the range" : "Sent again")}: {count.Messages:#,0} messages with {count.Readings:#,0} readings, {what}.") + Later(count, replay.DryRun));
        if (Notes(replay, count) is { Length: > 0 } notes) Terminal.Line(notes);
        if (replay.State is "done") return GatewayCommandLine.Done;

        Terminal.Error(Why(replay));
        return GatewayCommandLine.Failed;
    }

    private static string Notes(ReplayJson replay, ReplayCountJson count)
    {
        var begins = replay.HeldFrom is { } held && string.CompareOrdinal(replay.From, held) < 0 ? $" The journal begins with what was received at {held}." : "";
        var refused = replay.Refused > 0
            ? Text($" {replay.Sink} refused {replay.Refused:#,0} readings, the first because '{replay.Refusal}'; books and dead letters are as before.")
            : "";
        return $"{begins}{StillToCome(replay)}{Lost(count)}{refused}".TrimStart();
    }

    private static string Why(ReplayJson replay) => replay.State switch
    {
        "journal_full" => "The replay ended early: the journal is full, and live messages need the room. Send the rest when there is room again.",
        "journal_gone" => "The replay ended early: it began on another journal than this one.",
        "sink_gone" => $"The replay ended early: {replay.Sink} is not configured any more.",
        _ => "The replay was cancelled before its end.",
    };

    private static string Held(ReplayJson replay) => replay.HeldFrom is null
        ? "the journal is empty"
        : $"the journal holds what was received from {replay.HeldFrom} to {replay.HeldTo}";

    private static string Later(ReplayCountJson count, bool dryRun) => count.Later == 0 ? "" : Text(
        $" {count.Later:#,0} later messages hold values for the same times and {(dryRun ? "would be" : "were")} sent behind them, so that the latest value stays.");

    private static string StillToCome(ReplayJson replay) => replay.StillToCome == 0 ? "" : Text(
        $" {replay.StillToCome:#,0} messages of the range had not been delivered yet: delivery brings them anyway.");

    private static string Lost(ReplayCountJson count) => (count.Missing, count.Unreadable) is (0, 0) ? "" : Text(
        $" {count.Missing:#,0} records are missing from the journal, damaged or removed, and {count.Unreadable:#,0} could not be opened.");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
