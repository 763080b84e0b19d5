using Iot.Gateway.Observability;
using Iot.Gateway.Replay;

namespace Iot.Gateway.Dashboard.Api;

internal sealed record ReplaysJson(IReadOnlyList<ReplayJson> Replays);

/// <param name="State"><c>counting</c>, <c>sending</c>, <c>stopping</c> while it runs; then <c>done</c>, <c>cancelled</c>, <c>journal_full</c>, <c>sink_gone</c> or <c>journal_gone</c>.</param>
/// <param name="Range">What the range holds; complete once it is counted.</param>
/// <param name="Sent">What was sent of it so far.</param>
/// <param name="StillToCome">Messages in the range that live delivery had not reached: it brings them, the replay does not.</param>
/// <param name="HeldFrom">Receipt of the oldest message that the journal held.</param>
/// <param name="Refused">Readings that the sink refused; books and dead letters do not change by that.</param>
/// <param name="Problem">What it waits for, as a sentence.</param>
internal sealed record ReplayJson(
    string Sink, string From, string To, string? Device, int? Rate, bool DryRun, string State, string Started, string? Ended,
    ReplayCountJson Range, ReplayCountJson Sent, long StillToCome, string? HeldFrom, string? HeldTo, long Refused, string? Refusal, string? Problem)
{
    public static ReplayJson Of(ReplayState state, string? problem) => new(
        state.Request.Sink, TimeText.Format(state.Request.FromNs), TimeText.Format(state.Request.ToNs), state.Request.Device, state.Request.Rate, state.Request.DryRun,
        Word(state), TimeText.Format(state.StartedNs), state.EndedNs > 0 ? TimeText.Format(state.EndedNs) : null,
        ReplayCountJson.Of(state.Range), ReplayCountJson.Of(state.Sent), state.StillToCome, Time(state.HeldFromNs), Time(state.HeldToNs),
        state.Refused, state.Refusal, state.EndedNs > 0 ? null : problem);

    private static string Word(ReplayState state) => state switch
    {
        { EndedNs: 0, Stop: not ReplayStop.None } => "stopping",
        { EndedNs: 0, Phase: ReplayPhase.Counting } => "counting",
        { EndedNs: 0 } => "sending",
        { Stop: ReplayStop.None } => "done",
        _ => SnakeCase.Of(state.Stop),
    };

    private static string? Time(long ns) => ns == 0 ? null : TimeText.Format(ns);
}

/// <param name="Later">Messages behind the range with values for the same times: sent as well, so that the later value stays.</param>
/// <param name="Missing">Records that damage or retention took.</param>
/// <param name="Unreadable">Records that could not be opened.</param>
internal sealed record ReplayCountJson(long Messages, long Readings, long Later, long Missing, long Unreadable)
{
    public static ReplayCountJson Of(in ReplayCount count) => new(count.Messages, count.Readings, count.Later, count.Missing, count.Unreadable);
}
