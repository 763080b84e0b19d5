using System.Threading.Channels;
using Iot.Gateway.Observability;
using Iot.Journal;

namespace Iot.Gateway.Delivery;

/// <summary>One uninterrupted stretch of delivery: fills and sends ahead, settles and checkpoints in order behind.</summary>
/// <remarks>
/// Several writes may be under way, and a server may take them in any order. So a write that may replace values of another one under way
/// waits for that: of two values for the same series and time, the later one stays. Times usually grow, and then none waits.
/// </remarks>
internal sealed class DeliveryRun(
    ISink sink, WriteFiller filler, JournalCursor cursor, ulong start, DeliveryEvents events, DeliveryOptions options,
    GatewayMetrics metrics, TimeProvider clock, ILogger log)
    : IDisposable
{
    private readonly SemaphoreSlim _slots = new(sink.MaxInFlight);
    private readonly Channel<WriteUnderWay> _underWay = Channel.CreateUnbounded<WriteUnderWay>(new() { SingleReader = true, SingleWriter = true });
    private readonly List<WriteUnderWay> _sent = []; // the filler's
    private DeliveryTally _delivered = new();
    private ulong _settled = start;
    private ulong _checkpointed = start; // not the cursor's: that stays where it was while a sink gets again what it lost
    private long _checkpointedAt = clock.GetTimestamp();

    /// <summary>Until <paramref name="stopping"/>; writes under way then have until <paramref name="hardStop"/>.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken hardStop)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var settling = SettleAllAsync(failed, hardStop);
        try
        {
            await FillAllAsync(failed.Token, hardStop);
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // Stopping, or settling failed and tells below why.
        }
        finally
        {
            _underWay.Writer.Complete();
            await settling;
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task FillAllAsync(CancellationToken stopping, CancellationToken hardStop)
    {
        while (true)
        {
            await _slots.WaitAsync(stopping);
            var filled = await filler.FillAsync(stopping);
            await FollowAsync(filled, stopping);
            sink.History.Begins(filled.ReceivedNs);
            var sent = new WriteUnderWay(filled, filled.Write.SendAsync(filled.Next, hardStop));
            _sent.Add(sent);
            _underWay.Writer.TryWrite(sent);
        }
    }

    /// <summary>Completes once no write is under way whose values this one may replace.</summary>
    private async Task FollowAsync(FilledWrite filled, CancellationToken stopping)
    {
        _sent.RemoveAll(sent => sent.Sent.IsCompleted);
        try
        {
            foreach (var earlier in _sent.Where(sent => filled.MayReplaceValuesOf(sent.Filled)))
                await ((Task)earlier.Sent).WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what became of it, its settling tells

            stopping.ThrowIfCancellationRequested();
        }
        catch
        {
            filled.Write.Dispose(); // not sent, so not checkpointed: the next run fills it again
            throw;
        }
    }

    private async Task SettleAllAsync(CancellationTokenSource failed, CancellationToken hardStop)
    {
        try
        {
            while (await NextOrCheckpointAsync(hardStop) is { } next) await SettleAsync(next, hardStop);
        }
        catch (OperationCanceledException) when (hardStop.IsCancellationRequested)
        {
            // Time is up. What is settled is checkpointed below, the rest is delivered after the next start.
        }
        finally
        {
            await EndAsync(failed);
        }
    }

    /// <summary>The filler ends even when the last checkpoint fails, too: else nobody would start this sink again.</summary>
    private async Task EndAsync(CancellationTokenSource failed)
    {
        try
        {
            Checkpoint();
        }
        finally
        {
            await failed.CancelAsync();
            await AbandonRestAsync();
        }
    }

    private async Task SettleAsync(WriteUnderWay next, CancellationToken hardStop)
    {
        using (next.Filled.Write)
        {
            var outcome = await next.Sent;
            Measure(next.Filled, outcome);
            if (outcome.Refused.Count > 0)
            {
                log.Refused(sink.Name, outcome.Refused.Count, outcome.Refused[0].Detail);
                await events.Refused(sink.Name, outcome.Refused, hardStop);
            }
        }

        _delivered.Add(next.Filled.Tally);
        _settled = next.Filled.Next;
        sink.History.Settles();
        _slots.Release();
        if (clock.GetElapsedTime(_checkpointedAt) >= options.CheckpointEvery) Checkpoint();
    }

    private void Measure(FilledWrite filled, in WriteOutcome outcome)
    {
        if (filled.Readings == 0) return;

        var nowNs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        metrics.WriteFinished(
            sink.Name, filled.Readings - outcome.Refused.Count, outcome.Refused.Count, outcome.Attempts,
            clock.GetElapsedTime(filled.FilledAt), filled.NewestNs, nowNs);
    }

    /// <summary>The next write; while none comes, a checkpoint that is due is made. Null: no more will come.</summary>
    private async Task<WriteUnderWay?> NextOrCheckpointAsync(CancellationToken hardStop)
    {
        while (true)
        {
            if (_underWay.Reader.TryRead(out var next)) return next;

            var more = _underWay.Reader.WaitToReadAsync(hardStop).AsTask();
            if (_settled != _checkpointed && !more.IsCompleted) await Task.WhenAny(more, Task.Delay(options.CheckpointEvery, clock, hardStop));
            if (!more.IsCompleted) Checkpoint();
            if (!await more) return null;
        }
    }

    private void Checkpoint()
    {
        _checkpointedAt = clock.GetTimestamp();
        if (_settled == _checkpointed) return;

        cursor.Checkpoint(_settled);
        _checkpointed = _settled;
        events.Delivered(sink.Name, _settled, _delivered);
        _delivered = new();
    }

    /// <summary>Gives the buffers of unsettled writes back once nothing uses them any more.</summary>
    private async Task AbandonRestAsync()
    {
        while (_underWay.Reader.TryRead(out var rest))
        {
            await rest.Sent.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            rest.Filled.Write.Dispose();
        }
    }

    private sealed record WriteUnderWay(FilledWrite Filled, Task<WriteOutcome> Sent);
}
