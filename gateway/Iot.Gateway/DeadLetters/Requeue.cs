using Iot.Gateway.Deduplication;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;

namespace Iot.Gateway.DeadLetters;

/// <summary>Judges dead letters again under the schemas of now; what is accepted goes through the spool to the sinks, as of the time it was received.</summary>
/// <remarks>
/// Twice is the same as once: the journal record names the letters that it takes back, and who reads it, in this run or after a crash,
/// notes them as requeued. What a sink refused goes to that sink alone. Thread-safe; one request runs at a time.
/// </remarks>
internal sealed class Requeue(
    DeadLetterStore store, FileSpool spool, IngestDesks desks, BatchMemory memory, SeriesBudget series, SchemaCatalog schemas, LimitsOptions limits, ILogger<Requeue> log)
    : IDisposable
{
    private const string CameAgain = "The device has sent this batch again since, and it was accepted then.";

    private readonly SemaphoreSlim _one = new(1, 1);

    // Their record is durable, their note not yet: until it is, the file still calls them kept.
    private readonly List<LetterKey> _unnoted = [];

    /// <param name="ids">Any; those of one message are requeued together.</param>
    /// <param name="isDryRun">Says what would become of each, and changes nothing.</param>
    /// <returns>One outcome for each id, in no order.</returns>
    /// <exception cref="DeadLettersException">The file cannot be read or written. What is requeued already is on disk and will be noted.</exception>
    public async Task<IReadOnlyList<RequeueOutcome>> RunAsync(IReadOnlyCollection<long> ids, bool isDryRun, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await NoteAsync();
            var outcomes = new List<RequeueOutcome>();
            var waiting = new List<KeptDeadLetter>();
            foreach (var id in ids.Distinct())
            {
                if (store.Get(id) is not { } letter) outcomes.Add(new(id, RequeueResult.NotFound, $"There is no dead letter {id}."));
                else if (letter.State == LetterState.Kept) waiting.Add(letter);
                else outcomes.Add(Settled(letter));
            }

            foreach (var message in waiting.GroupBy(letter => (letter.Letter.Offset, letter.Letter.Origin)))
                outcomes.AddRange(await RequeueAsync([.. message], isDryRun, cancellation));

            return outcomes;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<IReadOnlyList<RequeueOutcome>> RequeueAsync(List<KeptDeadLetter> letters, bool isDryRun, CancellationToken cancellation)
    {
        if (LetterPayload.Find(spool.Journal, letters[0]) is not { } payload)
            return Same(letters, RequeueResult.BytesGone, "The spool no longer holds the message, and the dead letters hold only a part of it.");

        using var desk = desks.Rent();
        var again = new RequeuedMessage(letters, payload, desk, schemas.For(letters[0].Letter.Device));
        if (!again.TryJudge(limits.ReadingsPerBatch)) return again.Outcomes;

        if (!isDryRun) await AppendAsync(again, cancellation);
        else if (again.From.WholeMessage && memory.HasSeen(desk.Batch, payload)) again.Fail(RequeueResult.CameAgain, CameAgain);
        return again.Outcomes;
    }

    private async Task AppendAsync(RequeuedMessage again, CancellationToken cancellation)
    {
        if (Append(again, cancellation) is not var (append, known))
        {
            again.Fail(RequeueResult.CameAgain, CameAgain);
            return;
        }

        try
        {
            var ticket = await append;
            await ticket.Durable;
            known?.Complete();
            series.Remember(again.Desk.Batch, again.Schema.Measurement, again.IsAccepted);
            _unnoted.AddRange(again.Accepted);
            await NoteAsync();
            log.Requeued(again.Accepted.Count, again.Message.Device, again.From.Sink ?? DeadLetter.Ingest, ticket.Offset);
        }
        catch (Exception e) when (e is IOException and not DeadLettersException or OperationCanceledException)
        {
            known?.Abandon();
            again.Fail(RequeueResult.SpoolFull, $"The spool does not take it now: {e.Message} Try again later.");
        }
    }

    private async Task NoteAsync()
    {
        if (_unnoted.Count == 0) return;

        await store.SettleAsync(_unnoted, LetterState.Requeued, CancellationToken.None);
        _unnoted.Clear();
    }

    /// <summary>Null when its batch was received since.</summary>
    private (Task<AppendTicket> Ticket, Recollection? Known)? Append(RequeuedMessage again, CancellationToken cancellation)
    {
        if (!again.From.WholeMessage) return (Put(again, cancellation), null);

        var known = memory.Recall(again.Desk.Batch, again.Message.Payload.Span);
        lock (known.Gate)
        {
            if (known.WasSeen(out _)) return null;

            var ticket = Put(again, cancellation);
            known.BeginInFlight(DurableAsync(ticket));
            return (ticket, known);
        }
    }

    private Task<AppendTicket> Put(RequeuedMessage again, CancellationToken cancellation) =>
        spool.AppendRequeued(again.Message, again.Desk.Batch, again.Schema, again.From, again.Desk.Rejections, cancellation).AsTask();

    private static async Task DurableAsync(Task<AppendTicket> ticket) => await (await ticket).Durable;

    private static RequeueOutcome Settled(KeptDeadLetter letter) => letter.State == LetterState.Requeued
        ? new(letter.Id, RequeueResult.WasRequeued, "It was requeued before; nothing was done.")
        : new(letter.Id, RequeueResult.WasDiscarded, "It was discarded, and its bytes with it.");

    private static List<RequeueOutcome> Same(List<KeptDeadLetter> letters, RequeueResult result, string detail) =>
        [.. letters.Select(letter => new RequeueOutcome(letter.Id, result, detail))];
}
