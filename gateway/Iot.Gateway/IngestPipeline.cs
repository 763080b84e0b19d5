using System.Runtime.InteropServices;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Detection.Habits;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway;

/// <summary>The life of one message, from the endpoint to the disk. The file to read first.</summary>
/// <remarks>
/// <code>
/// (1) decode         bytes become a batch                                Decoding/
/// (2) de-duplicate   seen before, or being committed right now?          Deduplication/
/// (3) validate       each reading is judged alone                        Validation/
/// (4) append         verdict and original bytes, ONE journal record      Spooling/
/// (5) acknowledge    the caller's PUBACK, once this task has completed   Mqtt/
/// </code>
/// (1) to (4) run before the first wait, so one connection's messages enter the journal in the order they came.
/// Thread-safe; a message holds up only other messages of its own device.
/// </remarks>
internal sealed class IngestPipeline(
    IngestDesks desks,
    BatchMemory memory,
    SchemaCatalog schemas,
    FileSpool spool,
    GatewayMetrics metrics,
    DeviceWatch watch,
    DeviceClocks clocks,
    LimitsOptions limits,
    TimeProvider clock,
    ILogger<IngestPipeline> log)
{
    /// <summary>Completes once the message is on disk, or was already, or cannot be taken. Failing is an answer.</summary>
    /// <param name="message">Its payload may be used for something else once this has returned its task.</param>
    /// <param name="cancellation">Gives up waiting for room; what was taken is written all the same.</param>
    public async Task<IngestResult> IngestAsync(ReceivedMessage message, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var taken = Take(message, cancellation);
        var result = await SettleAsync(taken);                                                                  // (5) is the caller's
        Count(message, taken, result, clock.GetElapsedTime(started));
        return result;
    }

    /// <summary>Readings count as accepted, rejected or duplicate only once that is on disk.</summary>
    private void Count(in ReceivedMessage message, in TakenMessage taken, IngestResult result, TimeSpan took)
    {
        var kept = result == taken.Result;
        metrics.MessageIngested(result, message.Payload.Length, kept ? taken.Accepted : 0, kept ? taken.Duplicate : 0, took);
        if (!kept || taken.Rejected is null) return;

        foreach (var (reason, readings) in taken.Rejected) metrics.ReadingsRejected(reason, readings);
    }

    private TakenMessage Take(in ReceivedMessage message, CancellationToken cancellation)
    {
        using var desk = desks.Rent();
        var context = new DecodeContext(message.Device, message.ReceivedAtNs, limits.ReadingsPerBatch);

        if (desk.Decoder.TryDecode(message.Format, message.Payload.Span, context, desk.Batch, out var why))     // (1)
        {
            var taken = TakeBatch(message, desk, cancellation);
            watch.Saw(desk.Batch, message.ReceivedAtNs, message.Payload.Length, takesValues: taken is { Result: IngestResult.Stored, Rejected: null }); // while the disk writes
            if (taken.Result != IngestResult.Duplicate) clocks.Saw(desk.Batch);
            return taken;
        }

        message.Sender?.Refused();
        var append = spool.AppendUndecodable(message, (RejectReason)why.Error, why.Position, cancellation);
        return new(IngestResult.Refused, Durable(append)) { Rejected = [new((RejectReason)why.Error, 1)] };
    }

    private TakenMessage TakeBatch(in ReceivedMessage message, IngestDesk desk, CancellationToken cancellation)
    {
        message.Sender?.Readings(desk.Batch.Count);
        var schema = schemas.For(message.Device);
        var known = memory.Recall(desk.Batch, message.Payload.Span);
        lock (known.Gate)
        {
            if (known.WasSeen(out var original))                                                                // (2)
            {
                var note = Durable(spool.AppendDuplicate(message, desk.Batch, cancellation));
                return new(IngestResult.Duplicate, note) { Original = original, Duplicate = desk.Batch.Count };
            }

            desk.Judge(schema, message.ReceivedAtNs);                                                           // (3)
            var durable = Durable(spool.AppendJudged(message, desk.Batch, schema, desk.Rejections, cancellation)); // (4)
            known.BeginInFlight(durable);

            return new(IngestResult.Stored, durable)
            {
                Known = known, Span = desk.Span(), Accepted = desk.Batch.Count - desk.Rejections.Count, Rejected = desk.RejectedByReason(),
            };
        }
    }

    private async ValueTask<IngestResult> SettleAsync(TakenMessage taken)
    {
        // A duplicate of what is being committed right now is as safe as that commit, and no safer.
        if (taken.Original is { } original && !await SucceedsAsync(original)) return IngestResult.Failed;

        try
        {
            await taken.Durable;
        }
        catch (JournalFullException)
        {
            taken.Known?.Abandon();

            // The first copy of a duplicate is on disk: only this count of it has found no room.
            return taken.Result == IngestResult.Duplicate ? IngestResult.Duplicate : IngestResult.Full;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            taken.Known?.Abandon();
            log.NotStored(e);
            return IngestResult.Failed;
        }

        taken.Known?.Complete(taken.Span);
        return taken.Result;
    }

    private static async Task<bool> SucceedsAsync(Task commit)
    {
        await commit.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return commit.IsCompletedSuccessfully;
    }

    /// <summary>The task to wait for; the usual case, room at once, costs nothing.</summary>
    private static Task Durable(ValueTask<AppendTicket> append)
    {
        return append.IsCompletedSuccessfully ? append.Result.Durable : WaitAsync(append);

        static async Task WaitAsync(ValueTask<AppendTicket> append) => await (await append).Durable;
    }

    /// <summary>A message in the journal's hands, and what to remember once it is on disk.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct TakenMessage(IngestResult Result, Task Durable)
    {
        /// <summary>The commit of the first copy, when this is a duplicate that arrived before it had ended.</summary>
        public Task? Original { get; init; }

        public Recollection? Known { get; init; }

        public BatchSpan Span { get; init; }

        public int Accepted { get; init; }

        /// <summary>Null for none.</summary>
        public IReadOnlyList<KeyValuePair<RejectReason, int>>? Rejected { get; init; }

        public int Duplicate { get; init; }
    }
}
