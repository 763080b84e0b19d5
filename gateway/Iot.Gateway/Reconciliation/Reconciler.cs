using DuckDB.NET.Data;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Decoding;
using Iot.Gateway.Ledger;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;

namespace Iot.Gateway.Reconciliation;

/// <summary>Counts the journal and the sinks anew and compares: journal against books, each sink against journal. One at a time.</summary>
/// <remarks>Reads by readers and connections of its own; nothing that it finds is changed.</remarks>
internal sealed class Reconciler(
    FileSpool spool, GatewayLedger ledger, DeadLetterStore letters, SinkContents contents,
    DataOptions data, JournalOptions journalOptions, ValidationOptions validation) : IDisposable
{
    /// <summary>Left free on the disk beside the journal's own reserve.</summary>
    private const long KeepFree = 256L << 20;

    private readonly SemaphoreSlim _one = new(1, 1);

    public int SeriesInMemory { get; init; } = RecountedSeries.DefaultCapacity;

    /// <summary>What speaks against the question, as a sentence; null when nothing does.</summary>
    public string? WhyNot(ReconcileQuestion question)
    {
        if (question.FromNs >= question.ToNs) return "The range of time is empty: --from must be before --to.";
        if (question.Sink is { } sink && !contents.Sinks.Contains(sink, StringComparer.OrdinalIgnoreCase))
            return $"No sink '{sink}'; the key Sinks names {string.Join(", ", contents.Sinks)}.";

        return question.Device is { } device && !new DeviceTally(ledger, device).Knows(device.Value)
            ? $"No device '{device}' in the ledger. 'iot-gateway ledger' lists those there are."
            : null;
    }

    /// <summary>Null while another one runs; dispose it when done.</summary>
    public IDisposable? TryEnter() => _one.Wait(0) ? new Turn(_one) : null;

    /// <summary>Runs on a thread of its own, in the turn that <see cref="TryEnter"/> gave.</summary>
    /// <exception cref="IOException">The journal, the dead letters or the disk for the count cannot be used; the message says why.</exception>
    public Task<ReconcileReport> RunAsync(ReconcileQuestion question, IProgress<ReconcileProgress> progress, CancellationToken cancellation) =>
        Task.Run(() => GuardAsync(question, progress, cancellation), cancellation);

    public void Dispose() => _one.Dispose();

    private async Task<ReconcileReport> GuardAsync(ReconcileQuestion question, IProgress<ReconcileProgress> progress, CancellationToken cancellation)
    {
        try
        {
            return await CompareAsync(question, progress, cancellation);
        }
        catch (DuckDBException e)
        {
            throw new IOException($"The count could not be kept in '{data.Path}': {e.Message}", e);
        }
    }

    private async Task<ReconcileReport> CompareAsync(ReconcileQuestion question, IProgress<ReconcileProgress> progress, CancellationToken cancellation)
    {
        var asked = await contents.AskAsync(question.Sink, cancellation); // how far each was filled, before anything is counted
        var tally = new DeviceTally(ledger, question.Device);
        using var scratch = ScratchDatabase.Create(data.Path, journalOptions.ReserveBytes + KeepFree, cancellation);
        using var decoder = new MessageDecoder(LimitsOptions.MostUnpackedBytes);
        using var recount = new Recount(spool.Journal, scratch, decoder, question, tally, SeriesInMemory) { ClockLead = validation.MaxClockLead };
        recount.ReadOn(share => progress.Report(new("reading the journal", share)), cancellation);
        var journal = Findings(recount, tally);

        var sinks = new List<SinkFindings>();
        foreach (var sink in asked)
        {
            sinks.Add(sink.Contents is null ? new(sink.Name) { Problem = sink.Problem } : await SinkContents.GuardAsync(sink.Name, () => new SinkComparison(
                sink.Contents, sink.UpTo, recount, scratch, tally, letters, question, progress, cancellation).RunAsync()));
        }

        return new(question, journal, sinks);
    }

    private static JournalFindings Findings(Recount recount, DeviceTally tally) => new(
        recount.First, recount.Next, recount.ProofFromNs, tally.Readings,
        recount.Missing.Count, [.. recount.Missing.Ranges], [.. recount.Unreadable], tally.Differences(whole: recount.First == 0));

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        private bool _over;

        public void Dispose()
        {
            if (!_over) one.Release();
            _over = true;
        }
    }
}
