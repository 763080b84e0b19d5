using Iot.Gateway.Decoding;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Delivery;

/// <summary>Carries the spool to one sink for as long as the gateway runs: cursor → sink → checkpoint.</summary>
/// <remarks>Each sink has a loop of its own; whatever goes wrong in one stops neither the others nor ingest.</remarks>
internal sealed class DeliveryLoop(
    ISink sink, FileSpool spool, DeliveryEvents events, DeliveryOptions options,
    GatewayMetrics metrics, TimeProvider clock, ILogger<DeliveryLoop> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A fault of one sink must not end the gateway: it is told, and tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.Stopped(e, sink.Name, options.RestartAfter.TotalSeconds);
                await Task.Delay(options.RestartAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var cursor = spool.Journal.OpenCursor(sink.Name);
        sink.History.Resumes(OldestRecord.ReceivedNs(spool.Journal, cursor.Offset));
        var start = await sink.OpenAsync(stopping) ?? cursor.Offset;
        if (start > spool.Journal.NextOffset) throw new SinkAheadException(sink.Name, start, spool.Journal.NextOffset);
        if (start > cursor.Offset) cursor.Checkpoint(start);
        sink.History.Resumes(OldestRecord.ReceivedNs(spool.Journal, start));
        events.Resumed(sink.Name, start);
        log.Resumed(sink.Name, start, spool.Journal.NextOffset - Math.Min(start, spool.Journal.NextOffset));

        using var hardStop = new CancellationTokenSource();
        await using var drainOver = clock.CreateTimer(_ => hardStop.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var startDrain = stopping.Register(() => drainOver.Change(options.DrainFor, Timeout.InfiniteTimeSpan));

        using var reader = spool.Journal.OpenReader(start);
        var message = new SpooledMessage(new MessageDecoder(LimitsOptions.MostUnpackedBytes), sink.Name);
        var filler = new WriteFiller(sink, reader, message, clock, log);
        using var run = new DeliveryRun(sink, filler, cursor, start, events, options, metrics, clock, log);
        await run.RunAsync(stopping, hardStop.Token);
    }
}
