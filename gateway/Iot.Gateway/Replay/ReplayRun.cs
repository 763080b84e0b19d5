using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Replay;

/// <summary>One uninterrupted stretch of a replay: counts the range, sends it, and settles with what live delivery sent meanwhile.</summary>
/// <remarks>One write under way at a time, beside those of live delivery; while the sink is down it waits as they do.</remarks>
internal sealed class ReplayRun(
    ReplayNotes notes, ReplayHold hold, ISink sink, FileSpool spool, DeliveryStand stand, TimeProvider clock, ILogger log)
{
    /// <summary>Records looked at between two looks at the clock.</summary>
    private const int Stretch = 16_384;

    private static readonly TimeSpan WriteDownEvery = TimeSpan.FromSeconds(1);

    private readonly ReplayRequest _request = notes.State.Request;
    private SentTimes _sent = new();
    private long _writtenDownAt = clock.GetTimestamp();

    /// <summary>Until all is sent and settled, or <paramref name="shutdown"/>: it goes on from its notes then.</summary>
    /// <exception cref="IOException">The journal could not be read, or the notes not be written. Nothing is lost by beginning again.</exception>
    public async Task RunAsync(CancellationToken shutdown)
    {
        var begins = notes.State.Phase == ReplayPhase.Counting;
        if (!_request.DryRun) hold.MoveTo(begins ? spool.Journal.FirstOffset : notes.State.Position);
        await using var room = clock.CreateTimer(_ => GiveWay(), null, WriteDownEvery, WriteDownEvery);

        if (begins) Count(await stand.OfAsync(sink.Name, shutdown), shutdown);
        if (notes.State.Phase == ReplayPhase.Sending) await SendAsync(goesOn: !begins, shutdown);
    }

    private void Count(ulong end, CancellationToken shutdown)
    {
        _sent = new();
        using var reader = OpenReader(spool.Journal.FirstOffset, end);
        var all = spool.Journal.NextOffset;
        ulong? first = null;
        for (var step = reader.Step(all, takesRange: true); step != ReplayStep.AtEnd; step = reader.Step(all, takesRange: true))
        {
            if (step == ReplayStep.Opened) first ??= reader.Message.Offset;
            if (reader.Position % Stretch != 0) continue;

            shutdown.ThrowIfCancellationRequested();
            if (notes.State.Stop != ReplayStop.None) break;
            notes.Update(state => state with { Position = reader.Position, Limit = all, Range = reader.Count });
        }

        notes.Update(state => state with
        {
            Phase = first is null || _request.DryRun || state.Stop != ReplayStop.None ? ReplayPhase.Ended : ReplayPhase.Sending,
            Position = first ?? end,
            Limit = end,
            Range = reader.Count,
            OldestNs = _sent.OldestNs,
            NewestNs = _sent.NewestNs,
            StillToCome = reader.StillToCome,
            HeldFromNs = reader.FirstReceivedNs,
            HeldToNs = reader.LastReceivedNs,
        });
        WriteDown();
    }

    /// <summary>Sends, in the order of the journal and never ahead of live delivery, until live delivery has passed all that was under way beside the last write.</summary>
    /// <param name="goesOn">An earlier run may have sent anything of the range, and later values for it.</param>
    private async Task SendAsync(bool goesOn, CancellationToken shutdown)
    {
        var before = notes.State;
        _sent = goesOn ? new(before.OldestNs, before.NewestNs) : new();
        using var reader = OpenReader(before.Position, before.Limit);
        var pace = new ReplayPace(_request.Rate, clock);
        var settledAt = goesOn ? spool.Journal.NextOffset : 0;
        var end = await stand.OfAsync(sink.Name, shutdown);
        while (true)
        {
            var (readings, more) = await SendOneAsync(reader, end, pace, shutdown);
            if (readings > 0) settledAt = spool.Journal.NextOffset; // what was under way beside it lies below

            Note(reader, before);
            if (clock.GetElapsedTime(_writtenDownAt) >= WriteDownEvery) WriteDown();
            shutdown.ThrowIfCancellationRequested();
            if (more) continue;
            if (end >= settledAt || !stand.Moves) break;

            WriteDown();
            await stand.PassesAsync(sink.Name, settledAt, shutdown);
            end = await stand.OfAsync(sink.Name, shutdown);
        }

        notes.Update(state => state with { Phase = ReplayPhase.Ended });
        WriteDown();
    }

    private async Task<(long Readings, bool More)> SendOneAsync(ReplayReader reader, ulong end, ReplayPace pace, CancellationToken shutdown)
    {
        using var write = sink.BeginReplay();
        var (readings, more) = Fill(write, reader, end, pace.MostAtOnce);
        if (readings == 0) return (0, more);

        await pace.WaitAsync(notes.Stopped, shutdown);
        Took(await write.SendAsync(reader.Position, shutdown));
        pace.Sent(readings);
        return (readings, more);
    }

    /// <returns>Readings in the write, and whether there may be more to look at.</returns>
    private (long Readings, bool More) Fill(ISinkWrite write, ReplayReader reader, ulong end, int mostReadings)
    {
        var readings = 0L;
        for (var looked = 0; looked < Stretch && !write.IsFull && readings < mostReadings; looked++)
        {
            var step = reader.Step(end, takesRange: notes.State.Stop == ReplayStop.None);
            if (step == ReplayStep.AtEnd) return (readings, false);
            if (step == ReplayStep.PassedOver) continue;

            write.Add(reader.Message);
            readings += reader.Message.Accepted;
        }

        return (readings, true);
    }

    private ReplayReader OpenReader(ulong from, ulong limit) => new(
        spool.Journal.OpenReader(from), _request, limit, new SpooledMessage(new MessageDecoder(LimitsOptions.MostUnpackedBytes), sink.Name), _sent, log);

    private void Note(ReplayReader reader, ReplayState before) => notes.Update(state => state with
    {
        Position = reader.Position,
        Sent = before.Sent + reader.Count,
        OldestNs = Math.Min(state.OldestNs, _sent.OldestNs),
        NewestNs = Math.Max(state.NewestNs, _sent.NewestNs),
    });

    private void Took(in WriteOutcome outcome)
    {
        if (outcome.Refused.Count == 0) return;

        var (refused, words) = (outcome.Refused.Count, outcome.Refused[0].Detail);
        if (notes.State.Refused == 0) log.Refused(sink.Name, words);
        notes.Update(state => state with { Refused = state.Refused + refused, Refusal = state.Refusal ?? words });
    }

    private void WriteDown()
    {
        _writtenDownAt = clock.GetTimestamp();
        var written = notes.Write();
        if (!_request.DryRun) hold.MoveTo(written.Position);
    }

    /// <summary>Live messages come first: when they are refused for want of room, what the replay holds may go.</summary>
    private void GiveWay()
    {
        if (!hold.Holds || !spool.Journal.IsFull) return;

        notes.Stop(ReplayStop.JournalFull);
        log.GaveWay(sink.Name);
        try
        {
            hold.Release();
        }
        catch (IOException)
        {
            // The disk did not let go of the cursor's file; the next start removes it. It holds nothing any more.
        }
    }
}
