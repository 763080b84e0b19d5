using System.Globalization;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Commands;

/// <summary>Shows a replay until it ends: a bar on a terminal, otherwise a line now and then.</summary>
internal sealed class ReplayWatch(ReplayDesk desk)
{
    private const int Cells = 24;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    private readonly long _started = desk.Clock.GetTimestamp();
    private string _saidState = "";
    private long _saidAt;
    private long? _sentAtStart;

    /// <summary>The process that asks is another than the one that sends, so it looks twice a second.</summary>
    public async Task<ReplayJson> EndAsync(ReplayJson replay, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, desk.Clock);
        var begun = replay.Started;
        try
        {
            while (replay.Ended is null && replay.Started.Equals(begun, StringComparison.Ordinal))
            {
                Show(replay);
                await timer.WaitForNextTickAsync(cancellation);
                replay = await desk.FindAsync(replay.Sink, cancellation);
            }

            Show(replay);
            return replay;
        }
        finally
        {
            if (Terminal.IsLive) Terminal.Line();
        }
    }

    private void Show(ReplayJson replay)
    {
        _sentAtStart ??= replay.Sent.Readings;
        if (Terminal.IsLive)
        {
            Terminal.Overwrite(Text(replay));
            return;
        }

        if (replay.State.Equals(_saidState, StringComparison.Ordinal) && desk.Clock.GetElapsedTime(_saidAt) < SayEvery) return;

        (_saidState, _saidAt) = (replay.State, desk.Clock.GetTimestamp());
        Terminal.Line(Text(replay));
    }

    private string Text(ReplayJson replay)
    {
        var (sent, all) = (replay.Sent.Readings, replay.Range.Readings);
        if (replay.State is "counting" || (replay.DryRun && replay.Ended is not null))
            return string.Create(CultureInfo.InvariantCulture, $"{replay.State}: {all:#,0} readings in the range so far{Behind(replay.Problem)}");

        var part = all == 0 ? 1 : Math.Min(1, (double)sent / all);
        var full = (int)(part * Cells);
        return string.Create(CultureInfo.InvariantCulture,
            $"{replay.State} [{new string('#', full)}{new string('.', Cells - full)}] {part * 100:0} %, {sent:#,0} of {all:#,0} readings{Speed(replay)}{Behind(replay.Problem)}");
    }

    private string Speed(ReplayJson replay)
    {
        var seconds = desk.Clock.GetElapsedTime(_started).TotalSeconds;
        var fresh = replay.Sent.Readings - _sentAtStart!.Value;
        if (fresh <= 0 || seconds < 1 || replay.Ended is not null) return "";
        if (replay.Sent.Readings >= replay.Range.Readings) return ", settling with live delivery";

        var rate = fresh / seconds;
        var left = TimeSpan.FromSeconds(Math.Ceiling((replay.Range.Readings - replay.Sent.Readings) / rate));
        return string.Create(CultureInfo.InvariantCulture, $", {rate:#,0}/s, {left:c} left");
    }

    private static string Behind(string? problem) => problem is null ? "" : $"; waiting: {problem}";
}
