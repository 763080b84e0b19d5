using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Journal;
using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Carries the outbox to the gateway: one connection, a bounded window, oldest batch first.</summary>
/// <remarks>
/// Packets leave in order without waiting for one another's PUBACK. The cursor moves only over what is acknowledged without
/// a gap, so a lost connection or a crash means that batches are sent again, never that one is missing.
/// </remarks>
internal sealed class Publisher(
    DeviceId device, GatewayOptions options, Outbox outbox, Backoff backoff, TimeProvider clock, ILogger logger, Pulse pulse, string agent,
    Credentials? credentials = null)
    : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);

    private readonly PublishWindow _window = new(options.MaxInFlight);
    private readonly JournalReader _reader = outbox.OpenReader();
    private readonly Checkpoints _checkpoints = new(outbox, device, clock, logger);
    private string? _refusal;
    private volatile bool _asking; // after a refusal one batch a pause asks whether there is room again
    private bool _reported;

    public PublisherState State { get; } = new();

    /// <summary>Until stopped, or until all is acknowledged once <paramref name="draining"/> is cancelled.</summary>
    /// <param name="draining">Nothing more will be stored: publish the rest and leave.</param>
    /// <param name="stopping">Leave now; what is left waits on disk.</param>
    public async Task RunAsync(CancellationToken draining, CancellationToken stopping)
    {
        using var beat = clock.CreateTimer(_ => outbox.Grown.Set(), state: null, Beat, Beat);
        using var drain = draining.Register(outbox.Grown.Set);
        using var stop = stopping.Register(outbox.Grown.Set);
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
            _checkpoints.Flush();
            pulse.End();
        }
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _reader.Dispose();
    }

    private async Task ConnectAndServeAsync(CancellationToken draining, CancellationToken stopping)
    {
        try
        {
            var identity = await IdentityAsync(draining, stopping);
            using var connection = await GatewayConnection.OpenAsync(options, device, agent, clock, identity, stopping);
            logger.Connected(device, options.Url, outbox.Waiting);
            (State.IsConnected, _reported) = (true, false);
            await ServeAsync(connection, draining, stopping);
            State.IsConnected = false;
            if (connection.Lost.IsCancellationRequested) Report(connection.LostReason);
            else await connection.CloseAsync();
        }
        catch (GatewayException e)
        {
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
        using var lost = connection.Lost.Register(outbox.Grown.Set);
        var wellSince = clock.GetTimestamp();
        _window.SendAgain();
        _refusal = null;
        while (!connection.Lost.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            pulse.Expect(Beat);
            if (_refusal is { } refusal)
            {
                logger.Refused(device, refusal, outbox.Waiting);
                await PauseAsync(clock.GetElapsedTime(wellSince), draining, connection.Lost);
                if (draining.IsCancellationRequested) return; // it refuses: what is left waits on disk

                _refusal = null;
                wellSince = clock.GetTimestamp();
            }

            if (TrySendNext(connection)) continue;
            if (_window.IsEmpty && draining.IsCancellationRequested) return;

            await outbox.Grown.WaitAsync(CancellationToken.None); // stored, answered, lost, draining, stopping or a beat
        }
    }

    private bool TrySendNext(GatewayConnection connection)
    {
        if (!_window.IsFull && _reader.TryRead(out var record))
        {
            if (record.MissingBefore > 0) logger.BatchesDamaged(device, record.MissingBefore, record.Offset);
            _window.Add(record.Offset, record.Payload.ToArray());
        }

        if (_window.NextToSend(_asking ? 1 : connection.MaxInFlight) is not { } batch) return false;

        _ = SendAsync(connection, batch); // ends by itself, with an answer or with the connection
        return true;
    }

    private async Task SendAsync(GatewayConnection connection, PendingBatch batch)
    {
        var answer = await connection.PublishAsync(batch.Payload);
        switch (answer.Outcome)
        {
            case PublishOutcome.Refused:
                _window.Refuse(batch);
                (_refusal, _asking) = (answer.Reason, true);
                break;
            case PublishOutcome.Taken or PublishOutcome.DeadLettered:
                _asking = false;
                if (answer.Outcome == PublishOutcome.DeadLettered) logger.DeadLettered(device, answer.Reason);
                State.Published(clock.GetUtcNow());
                if (_window.Acknowledge(batch) is { } next) _checkpoints.Advance(next);
                break;
            default:
                break; // sent again on the next connection
        }

        outbox.Grown.Set();
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
        if (!_reported) logger.NotConnected(device, options.Url, reason, outbox.Waiting);
        _reported = true;
    }
}
