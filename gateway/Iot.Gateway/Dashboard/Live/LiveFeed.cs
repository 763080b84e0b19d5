using System.Text;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>Follows the spool from its end while somebody watches, and keeps the newest values of what is watched.</summary>
/// <remarks>
/// Reads behind the writer and never holds it up; a message of a device nobody watches is not even decoded.
/// When more comes than a <see cref="LiveBudget"/> is enough for, the rest is skipped and those who watch are told.
/// </remarks>
/// <param name="follow">The spool's records from its end on.</param>
internal sealed class LiveFeed(
    Func<CancellationToken, IAsyncEnumerable<JournalRecord>> follow, WatchedDevices watched, SpooledMessage message, TimeProvider clock, ILogger<LiveFeed> logger) : BackgroundService
{
    private bool _saidFull;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (any, change) = watched.State();
            if (any) await FollowUntilAsync(change, stoppingToken);
            else await change.WaitAsync(stoppingToken);
        }
    }

    private async Task FollowUntilAsync(Task change, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var following = FollowAsync(over.Token);
        await Task.WhenAny(change, following);
        await over.CancelAsync();
        try
        {
            await following;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // nobody watches any more, or we stop: both were asked for
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            logger.LiveFeedStopped(e, e.Message);
            await change.WaitAsync(stopping); // tries again with the next watcher
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        var budget = new LiveBudget(clock);
        while (true)
        {
            await TakeAsync(budget, cancellation);
            watched.Skip();
            await budget.RestAsync(cancellation); // then from the end again
        }
    }

    /// <summary>Until the budget is spent.</summary>
    private async Task TakeAsync(LiveBudget budget, CancellationToken cancellation)
    {
        await using var records = follow(cancellation).GetAsyncEnumerator(cancellation);
        while (!budget.IsSpent)
        {
            budget.Begin();
            var next = records.MoveNextAsync();
            var waits = !next.IsCompleted;
            if (waits) budget.End();
            if (!await next) await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation); // the spool gives no more: wait for the end
            if (waits) budget.Begin();
            Take(records.Current);
            budget.End();
        }
    }

    private void Take(JournalRecord record)
    {
        if (watched.Find(SpoolRecord.Read(record.Payload.Span).Device) is not { } values || !message.TryOpen(record)) return;

        for (var i = 0; i < message.Batch.Count; i++)
        {
            if (!message.IsAccepted(i) || ValueOf(message.Batch.Readings[i]) is not { } value || values.TryPut(value) || _saidFull) continue;

            logger.LiveFeedIsFull(DeviceValues.MaxSeries);
            _saidFull = true;
        }
    }

    private LiveValue? ValueOf(in Reading reading)
    {
        object? value = reading.Kind switch
        {
            ReadingKind.Float => reading.Number,
            ReadingKind.Boolean => reading.Number != 0,
            ReadingKind.String => message.Batch.Text(reading.Text),
            _ => null,
        };
        if (value is null) return null;

        var tags = Encoding.UTF8.GetString(message.Tags);
        var own = message.Batch.Text(reading.Tags);
        return new(
            reading.Measurement.IsEmpty ? Encoding.UTF8.GetString(message.Measurement) : message.Batch.Text(reading.Measurement),
            message.Batch.Text(reading.Field),
            tags.Length == 0 ? own : own.Length == 0 ? tags : $"{tags},{own}",
            reading.Kind,
            reading.Unit.IsEmpty ? null : message.Batch.Text(reading.Unit),
            reading.TimeNs,
            value);
    }
}
