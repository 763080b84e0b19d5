using Iot.Gateway.Deduplication;
using Iot.Gateway.Delivery;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Ledger;

/// <summary>Reads the journal in order, keeps the books and the de-duplication marks by it, and writes both down.</summary>
/// <remarks><see cref="RecoverAsync"/> runs before the endpoint opens: only then does de-duplication know all that is on disk.</remarks>
internal sealed class Bookkeeper(
    FileSpool spool,
    GatewayLedger ledger,
    BatchMemory memory,
    Deduplicator deduplicator,
    RefusalCollector refusals,
    SinkBookkeeper sinkBooks,
    IEnumerable<ISink> sinks,
    SpooledMessage message,
    BooksSnapshot snapshot,
    SnapshotFile file,
    SeriesBudget series,
    SeriesSnapshot seriesFile,
    IOptions<LedgerOptions> options,
    TimeProvider clock,
    LoopWatch loops,
    ILogger<Bookkeeper> log) : BackgroundService
{
    private const string CursorName = "books";
    private static readonly TimeSpan AfterReadError = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly LedgerOptions _options = options.Value;
    private ulong _snapshotAt;
    private long _snapshotBytes;
    private long _recordsSince, _bytesSince; // read of the journal since the snapshot, or since one failed
    private long _snapshotTime;

    /// <summary>Reads the snapshot and every record after it. Nothing else runs yet.</summary>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        ReadSeries();
        ReadSnapshot();
        await refusals.ForgetSettledAsync(cancellation);
        spool.Journal.OpenCursor(CursorName); // from the first moment on, nothing that is not in the books is reclaimed
        _snapshotAt = ledger.Applied;
        _snapshotTime = clock.GetTimestamp();

        var collects = refusals.CollectedTo >= ledger.Applied; // else the loop reads from further back, in its own time
        while (!await TryCatchUpAsync(collects, cancellation)) await Task.Delay(AfterReadError, clock, cancellation); // the journal gives up what stays unreadable

        await refusals.FlushAsync(always: false, cancellation); // what is requeued already must not be requeued again
        refusals.Restore(ledger); // now that every device is in the books
        sinkBooks.CloseAllBut(sinks.Select(sink => sink.Name));
        log.Opened(ledger.Devices, ledger.Applied - Math.Min(ledger.Applied, _snapshotAt), _snapshotAt);
    }

    /// <returns>False when the disk did not give what it holds: to be tried again from where the books stand.</returns>
    private async Task<bool> TryCatchUpAsync(bool collects, CancellationToken cancellation)
    {
        using var reader = spool.Journal.OpenReader(ledger.Applied);
        while (true)
        {
            try
            {
                if (!reader.TryRead(out var record)) return true;

                Apply(record, collects);
                RememberContents(record);
            }
            catch (IOException e)
            {
                log.ReadFailed(e, ledger.Applied, AfterReadError.TotalSeconds);
                return false;
            }

            if (refusals.IsFull) await refusals.FlushAsync(always: false, cancellation);
        }
    }

    /// <summary>A large snapshot is not written more often than the journal makes up for.</summary>
    private bool IsMuchSinceSnapshot => _recordsSince >= _options.SnapshotRecords
        || _bytesSince >= Math.Max(_options.SnapshotBytes, 8 * _snapshotBytes);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RecoverAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!await KeepBooksAsync(stoppingToken) && !stoppingToken.IsCancellationRequested)
            await Task.Delay(AfterReadError, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>True at the end; false when the disk did not give what it holds: to be tried again.</returns>
    private async Task<bool> KeepBooksAsync(CancellationToken stoppingToken)
    {
        using var reader = OpenReader();
        var watch = loops.Start("books", Patience);
        try
        {
            while (true)
            {
                watch.Working();
                while (reader.TryRead(out var record))
                {
                    Apply(record);
                    if (refusals.IsFull) await refusals.FlushAsync(always: false, stoppingToken);
                    if (IsMuchSinceSnapshot) await WriteDownAsync(stoppingToken);
                }

                await refusals.FlushAsync(always: false, stoppingToken);
                watch.Waiting();
                await WaitAsync(reader, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            while (reader.TryRead(out var record)) Apply(record); // what ingest stored while it drained
            await WriteDownAsync(CancellationToken.None);
            return true;
        }
        catch (IOException e)
        {
            log.ReadFailed(e, ledger.Applied, AfterReadError.TotalSeconds);
            return false;
        }
    }

    private JournalReader OpenReader() => spool.Journal.OpenReader(Math.Min(ledger.Applied, refusals.CollectedTo));

    private void Apply(in JournalRecord journalRecord, bool collects = true)
    {
        if (journalRecord.MissingBefore > 0) log.RecordsMissing(journalRecord.MissingBefore, journalRecord.Offset);

        var record = SpoolRecord.Read(journalRecord.Payload.Span);
        if (collects) refusals.Collect(journalRecord.Offset, record);
        if (journalRecord.Offset < ledger.Applied) return;

        _recordsSince++;
        _bytesSince += journalRecord.Payload.Length;
        // A note of a duplicate proves nothing: it may be on disk although the commit of the first copy failed.
        if (record is { Verdict: Verdict.Judged or Verdict.Requeued, Identity: { } identity }) memory.Remember(record.DeviceId, identity);
        ledger.Apply(journalRecord.Offset, record);
    }

    /// <summary>Its series are open, its times are known; and a client without identities that was waiting for its PUBACK sends that message again now.</summary>
    private void RememberContents(in JournalRecord journalRecord)
    {
        if (!message.TryOpen(journalRecord)) return;

        series.Remember(message.Batch, message.Measurement, message.IsAccepted);
        var record = SpoolRecord.Read(journalRecord.Payload.Span);
        if (record.Verdict != Verdict.Judged) return;

        if (record.Identity is { } identity) memory.Remember(record.DeviceId, identity, BatchSpan.Of(message.Batch, message.IsAccepted));
        else memory.Remember(message.Batch, record.Payload);
    }

    /// <summary>Until a record comes; when a snapshot is due before that, writes it.</summary>
    private async Task WaitAsync(JournalReader reader, CancellationToken stopping)
    {
        var left = _options.SnapshotEvery - clock.GetElapsedTime(_snapshotTime);
        if (left <= TimeSpan.Zero)
        {
            if (IsDue()) await WriteDownAsync(stopping);
            left = _options.SnapshotEvery;
            _snapshotTime = clock.GetTimestamp();
        }

        using var due = new CancellationTokenSource(left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stopping);
        try
        {
            await reader.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // A snapshot is due: the caller's next round writes it.
        }
    }

    /// <summary>A full journal takes no record, and gets room only when the snapshot knows what sinks have got since the last one.</summary>
    private bool IsDue() =>
        ledger.Applied != _snapshotAt || (KnowsAllSinks() && spool.Journal.OpenCursor(CursorName).Offset < ledger.Needed);

    /// <summary>One that a snapshot lacks is counted, after a crash, from the journal's beginning.</summary>
    private bool KnowsAllSinks() => sinks.All(sink => ledger.DeliveredTo(sink.Name) is not null);

    private void ReadSnapshot()
    {
        try
        {
            if (file.Read() is { } bytes)
            {
                snapshot.Read(new MemoryStream(bytes), spool.Journal.Identity, spool.Journal.NextOffset);
                return;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or DamagedSnapshotException)
        {
            log.SnapshotDamaged(e, file.SetAside(clock.GetUtcNow().ToUnixTimeMilliseconds()), spool.Journal.FirstOffset);
        }

        deduplicator.BeginningLost = spool.Journal.FirstOffset > 0;
    }

    private void ReadSeries()
    {
        try
        {
            seriesFile.Read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException)
        {
            log.SeriesDamaged(e, seriesFile.SetAside(clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }

    private async Task WriteDownAsync(CancellationToken stopping)
    {
        await refusals.FlushAsync(always: true, stopping);
        try
        {
            var knowsAll = KnowsAllSinks();
            var bytes = new MemoryStream();
            var (applied, needed) = snapshot.Write(bytes, spool.Journal.Identity);
            seriesFile.WriteDown(); // never behind the books: a start makes up only for what is behind them
            file.Replace(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            if (knowsAll) spool.Journal.OpenCursor(CursorName).Checkpoint(needed);
            (_snapshotAt, _snapshotTime) = (applied, clock.GetTimestamp());
            _snapshotBytes = bytes.Length;
        }
        catch (IOException e)
        {
            _snapshotTime = clock.GetTimestamp();
            log.SnapshotFailed(e);
        }

        (_recordsSince, _bytesSince) = (0, 0);
    }
}
