using System.Text;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Ledger;

/// <summary>Carries what was refused into the dead letters: by ingest as the bookkeeper reads it, by sinks as they say so.</summary>
/// <remarks>Adding twice changes nothing, so what a crash interrupted is simply collected again.</remarks>
internal sealed class RefusalCollector(
    DeadLetterStore store, DeadLettersOptions options, FileSpool spool, TimeProvider clock, ILogger<RefusalCollector> log)
{
    private const int EnoughLetters = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly List<DeadLetter> _letters = [];
    private readonly List<LetterKey> _requeued = [];
    private ulong _next;

    /// <summary>The next journal offset whose refusals are not on disk yet.</summary>
    public ulong CollectedTo => store.CollectedTo;

    /// <summary>Flush before collecting more.</summary>
    public bool IsFull => _letters.Count + _requeued.Count >= EnoughLetters;

    /// <summary>Tells the books what the sinks have refused so far; one that has begun to deliver knows better.</summary>
    /// <param name="sink">Only this one; null for all.</param>
    public void Restore(GatewayLedger ledger, string? sink = null)
    {
        var refused = store.Counts().ToLookup(count => count.Origin, StringComparer.Ordinal);
        foreach (var name in sink is null ? ledger.Sinks : [sink])
        {
            var readings = refused[name].GroupBy(count => count.Device).ToDictionary(group => group.Key, group => group.Sum(count => count.Readings));
            ledger.RestoreDeadLetters(name, readings, store.IsComplete);
        }
    }

    /// <summary>Letters dealt with whose messages the spool no longer holds need not be known any longer.</summary>
    public async Task ForgetSettledAsync(CancellationToken cancellation)
    {
        try
        {
            await store.ForgetAsync(spool.Journal.FirstOffset, cancellation);
        }
        catch (DeadLettersException e)
        {
            log.DeadLettersNotForgotten(e);
        }
    }

    /// <summary>Takes what ingest refused of one message, or what is refused no more.</summary>
    public void Collect(ulong offset, in SpoolRecord record)
    {
        if (offset < CollectedTo) return;

        _next = offset + 1;
        if (record.Verdict == Verdict.Requeued) CollectRequeued(record);
        if (record.Rejected == 0) return;

        byte[]? payload = null;
        for (var i = 0; i < record.Rejected; i++)
        {
            if (record.RejectionAt(i) is { Reason: not RejectReason.NotRequeued } rejection)
                _letters.Add(Letter(offset, record, rejection, payload ??= Keep(record.Payload)));
        }
    }

    /// <summary>Writes what was collected; waits for a disk that does not take it.</summary>
    /// <param name="always">Also when nothing was refused, so that a restart need not read so far back.</param>
    public async Task FlushAsync(bool always, CancellationToken cancellation)
    {
        if (_letters.Count + _requeued.Count == 0 && (!always || _next <= CollectedTo)) return;

        await AddAsync(_letters, _requeued, _next, cancellation);
        _letters.Clear();
        _requeued.Clear();
    }

    /// <summary>Keeps readings that a sink refused for good.</summary>
    /// <returns>Those that were not kept before, by device.</returns>
    public async Task<DeliveryTally> KeepAsync(string sink, IReadOnlyList<RefusedReading> refused, CancellationToken cancellation)
    {
        var letters = new List<DeadLetter>(refused.Count);
        foreach (var message in refused.GroupBy(reading => reading.Offset)) AddLetters(letters, sink, message);

        var tally = new DeliveryTally();
        foreach (var letter in await AddAsync(letters, [], null, cancellation)) tally.Add(letter.Device, letter.Readings);
        return tally;
    }

    private void AddLetters(List<DeadLetter> letters, string sink, IGrouping<ulong, RefusedReading> message)
    {
        using var reader = spool.Journal.OpenReader(message.Key);
        if (!reader.TryRead(out var found) || found.Offset != message.Key) return; // damaged since: the journal reports it

        var record = SpoolRecord.Read(found.Payload.Span);
        var payload = Keep(record.Payload);
        foreach (var reading in message)
            letters.Add(Letter(message.Key, record, new(reading.Index, reading.Reason), payload) with { Origin = sink, Detail = reading.Detail });
    }

    /// <summary>Every reading that the record delivers, or the whole message, is a dead letter no more.</summary>
    private void CollectRequeued(in SpoolRecord record)
    {
        var from = RequeuedFrom.Read(record.From);
        var origin = from.Sink ?? DeadLetter.Ingest;
        if (from.WholeMessage)
        {
            _requeued.Add(new(from.Offset, origin, DeadLetter.WholeMessage));
            return;
        }

        var left = 0;
        for (var index = 0; index < record.Readings; index++)
        {
            if (left < record.Rejected && record.RejectionAt(left).Index == index) left++;
            else _requeued.Add(new(from.Offset, origin, index));
        }
    }

    private async Task<IReadOnlyList<DeadLetter>> AddAsync(
        List<DeadLetter> letters, List<LetterKey> requeued, ulong? collectedTo, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await store.AddAsync(letters, requeued, collectedTo, cancellation);
            }
            catch (DeadLettersException e)
            {
                log.DeadLettersFailed(e, Pause.TotalSeconds);
                await Task.Delay(Pause, clock, cancellation);
            }
        }
    }

    private byte[] Keep(ReadOnlySpan<byte> payload) => payload[..Math.Min(payload.Length, options.MaxBytesPerMessage)].ToArray();

    private static DeadLetter Letter(ulong offset, in SpoolRecord record, Rejection rejection, byte[] payload) => new()
    {
        Offset = offset,
        Origin = DeadLetter.Ingest,
        Index = record.Verdict == Verdict.Undecodable ? DeadLetter.WholeMessage : rejection.Index,
        Device = record.DeviceId,
        ReceivedAtNs = record.ReceivedAtNs,
        Reason = rejection.Reason,
        Schema = Encoding.ASCII.GetString(record.Schema),
        Detail = record.Verdict == Verdict.Undecodable ? $"at byte {rejection.Index}" : "",
        Format = record.Format,
        Identity = record.Identity,
        Payload = payload,
        PayloadLength = record.Payload.Length,
    };
}
