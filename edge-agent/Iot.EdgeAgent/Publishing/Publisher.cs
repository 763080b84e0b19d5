using System.Collections.Concurrent;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Carries the outboxes to the gateway: one connection, a bounded number of batches under way, new ones first.</summary>
/// <remarks>
/// Packets leave without waiting for one another's PUBACK, in order within a lane. What is acknowledged is noted late, so a lost
/// connection or a crash means that batches are sent again, never that one is missing. Answers arrive on the connection's
/// thread and are taken in by the publishing loop, which alone moves the lanes.
/// </remarks>
internal sealed class Publisher(
    DeviceId device, GatewayOptions options, IReadOnlyList<Outbox> outboxes, Signal grown, Backoff backoff, TimeProvider clock, ILogger logger,
    Pulse pulse, string agent, Credentials? credentials = null, Timekeeper? time = null, ConfigExchange? exchange = null)
    : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    private readonly LaneChoice _lanes = new(outboxes, device, clock, logger);
    private readonly ConcurrentQueue<(PendingBatch Batch, PublishAnswer Answer, long SentAt)> _answers = new();
    private readonly Checkpoints _checkpoints = new(outboxes, device, clock, logger);
    private readonly FlowWatch _flow = new(clock, options.AckTimeout + (2 * Beat));
    private string? _refusal;
    private bool _asking; // after a refusal one batch a pause asks whether there is room again
    private bool _reported;

    public PublisherState State { get; } = new();

    /// <summary>Until stopped, or until all is acknowledged once <paramref name="draining"/> is cancelled.</summary>
    /// <param name="draining">Nothing more will be stored: publish the rest and leave.</param>
    /// <param name="stopping">Leave now; what is left waits on disk.</param>
    public async Task RunAsync(CancellationToken draining, CancellationToken stopping)
    {
        using var beat = clock.CreateTimer(_ => grown.Set(), state: null, Beat, Beat);
        using var drain = draining.Register(grown.Set);
        using var stop = stopping.Register(grown.Set);
        using var known = time?.Known.Register(grown.Set);
        try
        {
            await DelayAsync(backoff.AtStart(), draining);
            while (!draining.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                pulse.Expect(options.ConnectTimeout + options.MaxBackoff);
                var opened = clock.GetTimestamp();
                await ConnectAndServeAsync(draining, stopping);
                await PauseAsync(clock.GetElapsedTime(opened), draining);
            }
        }
        finally
        {
            TakeAnswers();
            _checkpoints.Flush();
            pulse.End();
        }
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _lanes.Dispose();
    }

    private ulong Waiting => outboxes.Aggregate(0UL, (sum, outbox) => sum + outbox.Waiting);

    private async Task ConnectAndServeAsync(CancellationToken draining, CancellationToken stopping)
    {
        try
        {
            var identity = await IdentityAsync(draining, stopping);
            using var connection = await GatewayConnection.OpenAsync(options, device, agent, clock, identity, stopping, time, exchange);
            logger.Connected(device, options.Url, Waiting);
            (State.IsConnected, _reported) = (true, false);
            await ServeAsync(connection, draining, stopping);
            State.IsConnected = false;
            if (connection.Lost.IsCancellationRequested) Report(connection.LostReason);
            else await connection.CloseAsync();
        }
        catch (GatewayException e)
        {
            if (e.IsRefused) credentials?.Refused();
            Report(e.Message);
        }
        catch (OperationCanceledException) when (draining.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // stopped while connecting, or while there was nothing to connect with
        }
    }

    /// <summary>Null for a device without a certificate. As long as it has expired there is nothing to do but to wait for the next.</summary>
    private async Task<DeviceIdentity?> IdentityAsync(CancellationToken draining, CancellationToken stopping)
    {
        if (credentials is null) return null;

        using var either = CancellationTokenSource.CreateLinkedTokenSource(draining, stopping);
        try
        {
            var usable = credentials.UsableAsync(either.Token);
            if (!usable.IsCompleted)
            {
                pulse.End();
                Report("its certificate has expired and is to be renewed first");
            }

            return await usable;
        }
        catch (IOException e)
        {
            throw new GatewayException(e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Publishes until the connection is lost, or all is done and nothing more will come.</summary>
    private async Task ServeAsync(GatewayConnection connection, CancellationToken draining, CancellationToken stopping)
    {
        using var lost = connection.Lost.Register(grown.Set);
        var wellSince = clock.GetTimestamp();
        TakeAnswers(); // of the connection before
        _lanes.StartOver();
        _refusal = null;
        _flow.Begin();
        while (!connection.Lost.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            if (!IsStalled(connection)) pulse.Expect(Beat);
            TakeAnswers();
            if (_refusal is { } refusal)
            {
                logger.Refused(device, refusal, Waiting);
                await PauseAsync(clock.GetElapsedTime(wellSince), draining, connection.Lost);
                if (draining.IsCancellationRequested) return; // it refuses: what is left waits on disk

                _refusal = null;
                wellSince = clock.GetTimestamp();
                _flow.Answered();
            }

            if (TrySendNext(connection)) continue;
            if (_lanes.UnderWay == 0 && draining.IsCancellationRequested) return;

            await grown.WaitAsync(CancellationToken.None); // stored, answered, lost, draining, stopping or a beat
        }
    }

    private bool TrySendNext(GatewayConnection connection)
    {
        if (_lanes.Next(_asking ? 1 : connection.MaxInFlight) is not { } batch) return false;

        _ = SendAsync(connection, batch); // ends by itself, with an answer or with the connection
        return true;
    }

    /// <summary>Cured by another connection; when that does not help, nothing is said to the watchdog any more, and the agent starts again.</summary>
    private bool IsStalled(GatewayConnection connection)
    {
        if (!_flow.IsStalled(isSomethingToDo: Waiting > 0 && time is not { Known.IsCancellationRequested: false })) return false;

        logger.NothingFlows(device, options.Url, Waiting);
        _ = connection.EndAsync("connected, but nothing flows"); // ends at once
        return _flow.IsAgain;
    }

    private async Task SendAsync(GatewayConnection connection, PendingBatch batch)
    {
        var sentAt = clock.GetTimestamp();
        _answers.Enqueue((batch, await connection.PublishAsync(batch.Payload), sentAt));
        grown.Set();
    }

    private void TakeAnswers()
    {
        while (_answers.TryDequeue(out var answered))
        {
            var (batch, answer, sentAt) = answered;
            if (answer.Outcome != PublishOutcome.Lost) _flow.Answered();
            switch (answer.Outcome)
            {
                case PublishOutcome.Refused:
                    _lanes.Refuse(batch, sentAt);
                    (_refusal, _asking) = (answer.Reason, true);
                    break;
                case PublishOutcome.Taken or PublishOutcome.DeadLettered:
                    _asking = false;
                    if (answer.Outcome == PublishOutcome.DeadLettered) logger.DeadLettered(device, answer.Reason);
                    State.Published(clock.GetUtcNow(), batch.Outbox.Source, batch.Offset);
                    _lanes.Acknowledge(batch, sentAt);
                    _checkpoints.Advance();
                    break;
                default:
                    break; // sent again on the next connection
            }
        }
    }

    private Task PauseAsync(TimeSpan held, params CancellationToken[] endings) => DelayAsync(backoff.Next(held), endings);

    private async Task DelayAsync(TimeSpan pause, params CancellationToken[] endings)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(endings);
        try
        {
            pulse.Expect(pause);
            await Task.Delay(pause, clock, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // a pause may always be cut short
        }
    }

    /// <summary>Once per outage, not once per try.</summary>
    private void Report(string reason)
    {
        State.LastFailure = reason;
        if (!_reported) logger.NotConnected(device, options.Url, reason, Waiting);
        _reported = true;
    }
}
