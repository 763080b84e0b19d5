using System.Text;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Decoding;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Habits;
using Iot.Gateway.Ledger;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using Iot.Gateway.Replay;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>Everything between the endpoint and the sinks, as the gateway wires it, on a disk that can forget and fail.</summary>
internal sealed class GatewayCore : IAsyncDisposable
{
    private readonly QuietMeters _meters = new();
    private readonly LimitsOptions _limits;
    private readonly FileSpool _spool;
    private readonly GatewayMetrics _metrics;
    private readonly DeadLetterStore _letters;
    private readonly List<DeliveryLoop> _loops = [];
    private readonly DeliveryStand _stand = new();

    private GatewayCore(LossyDisk disk, TempDirectory directory, IReadOnlyList<ISink> sinks, JournalOptions journal, LedgerOptions ledger, LimitsOptions limits)
    {
        _limits = limits;
        AllSinks = sinks;
        var clock = TimeProvider.System;
        var deduplicator = new Deduplicator(new DeduplicationOptions());
        var digests = new DigestWindow(new DeduplicationOptions(), clock);
        var memory = new BatchMemory(deduplicator, digests);
        Schemas = new SchemaCatalog(new SchemasOptions { Path = directory["schemas"] }, new ValidationOptions(), NullLogger<SchemaCatalog>.Instance);
        _spool = new FileSpool(SegmentedJournal.Open("/spool", journal, clock, disk));
        _letters = DeadLetterStore.Open(directory["dead-letters.db"], new DeadLettersOptions(), NullLogger<DeadLetterStore>.Instance, _spool.Journal.Identity);
        _metrics = new GatewayMetrics(_meters);
        Series = new SeriesBudget(_limits, clock, NullLogger<SeriesBudget>.Instance);
        var desks = new IngestDesks(_limits, Series);
        Requeue = new Requeue(_letters, _spool, desks, memory, Series, Schemas, _limits, NullLogger<Requeue>.Instance);
        Opener = new LetterOpener(_spool, desks, Schemas, _limits);
        Pipeline = new IngestPipeline(
            desks, memory, Schemas, _spool, _metrics, new DeviceWatch(_ => { }, new DetectionOptions()), new(),
            _limits, clock, NullLogger<IngestPipeline>.Instance);

        Ledger = new GatewayLedger(deduplicator);
        var refusals = new RefusalCollector(_letters, new DeadLettersOptions(), _spool, clock, NullLogger<RefusalCollector>.Instance);
        Sinks = new SinkBookkeeper(_spool, Ledger, refusals, NullLogger<SinkBookkeeper>.Instance);
        Bookkeeper = new Bookkeeper(
            _spool, Ledger, memory, deduplicator, refusals, Sinks, sinks,
            new SpooledMessage(new MessageDecoder(_limits.UnpackedBytes)), new BooksSnapshot(Ledger, deduplicator, digests),
            new SnapshotFile("/state/books.snapshot", disk), Series, new SeriesSnapshot(Series, new SnapshotFile("/state/series.snapshot", disk)), Options.Create(ledger), clock, new LoopWatch(clock), NullLogger<Bookkeeper>.Instance);
        Replays = new Replays(_spool, sinks, _stand, new ReplayFiles("/state", disk), clock, NullLogger<Replays>.Instance);
    }

    public IngestPipeline Pipeline { get; }

    public GatewayLedger Ledger { get; }

    public SeriesBudget Series { get; }

    private Requeue Requeue { get; }

    public LetterOpener Opener { get; }

    public Replays Replays { get; }

    public SchemaCatalog Schemas { get; }

    public SegmentedJournal Journal => _spool.Journal;

    public IReadOnlyList<ISink> AllSinks { get; }

    private SinkBookkeeper Sinks { get; }

    private Bookkeeper Bookkeeper { get; }

    /// <summary>Recovers, then runs the bookkeeper and a loop for each sink.</summary>
    public static async Task<GatewayCore> StartAsync(
        LossyDisk disk, TempDirectory directory, IReadOnlyList<ISink> sinks,
        JournalOptions? journal = null, LedgerOptions? ledger = null, DeliveryOptions? delivery = null, LimitsOptions? limits = null)
    {
        var core = new GatewayCore(disk, directory, sinks, journal ?? new JournalOptions(), ledger ?? new LedgerOptions(), limits ?? new LimitsOptions());
        try
        {
            await core.RunAsync(delivery ?? new DeliveryOptions { CheckpointEvery = TimeSpan.Zero, RestartAfter = TimeSpan.FromMilliseconds(100) });
            return core;
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    private async Task RunAsync(DeliveryOptions delivery)
    {
        await Bookkeeper.StartAsync(CancellationToken.None);
        foreach (var sink in AllSinks)
        {
            var loop = new DeliveryLoop(sink, _spool, _stand.ListenTo(Sinks.Events()), delivery, _metrics, TimeProvider.System, NullLogger<DeliveryLoop>.Instance);
            _loops.Add(loop);
            await loop.StartAsync(CancellationToken.None);
        }

        await Replays.StartAsync(CancellationToken.None);
    }

    public Task<IngestResult> IngestAsync(string device, string payload, PayloadFormat format = PayloadFormat.SenMl) => Pipeline.IngestAsync(
        new(DeviceId.Parse(device), format, Encoding.UTF8.GetBytes(payload), Now()), CancellationToken.None);

    /// <summary>A batch of one reading with identity.</summary>
    public Task<IngestResult> IngestAsync(string device, ulong epoch, ulong seq, double value = 1) =>
        IngestAsync(device, $$"""[{"epoch":"{{epoch:x16}}","seq":{{seq}},"n":"temperature","v":{{value}},"t":{{1_700_000_000 + seq}}}]""");

    /// <summary>Books of a device once everything appended so far is in them and delivered.</summary>
    public async Task<DeviceBooks> SettledBooksAsync(string device)
    {
        await Eventually.TrueAsync(() => IsSettled, "everything is delivered");
        return Ledger.All().Single(books => books.Device == DeviceId.Parse(device));
    }

    /// <summary>Everything appended so far is in the books and delivered.</summary>
    public bool IsSettled => Ledger.Applied == Journal.NextOffset && Ledger.All().All(IsSettledOf);

    public IReadOnlyList<KeptDeadLetter> DeadLetters() => _letters.List(new(Limit: 10_000));

    /// <summary>Once as many wait as that, and no fewer.</summary>
    public async Task<IReadOnlyList<KeptDeadLetter>> WaitingLettersAsync(int count)
    {
        var waiting = new DeadLetterFilter(State: LetterState.Kept, OldestFirst: true);
        await Eventually.TrueAsync(() => _letters.List(waiting).Count == count, $"{count} dead letters wait");
        return _letters.List(waiting);
    }

    /// <summary>With its bytes.</summary>
    public KeptDeadLetter DeadLetter(long id) => _letters.Get(id)!;

    public async Task<RequeueResult> RequeueAsync(long id, bool isDryRun = false) =>
        Assert.Single(await Requeue.RunAsync([id], isDryRun, TestContext.Current.CancellationToken)).Result;

    public async ValueTask DisposeAsync()
    {
        await Replays.DisposeAsync();
        foreach (var loop in _loops) await loop.StopAsync(CancellationToken.None);
        await Bookkeeper.StopAsync(CancellationToken.None);
        foreach (var loop in _loops) loop.Dispose();
        Bookkeeper.Dispose();
        await Journal.DisposeAsync();
        Requeue.Dispose();
        _letters.Dispose();
        _meters.Dispose();
    }

    private bool IsSettledOf(DeviceBooks books) => books.Sinks.Count >= _loops.Count && books.Sinks.All(sink => sink.Pending == 0);

    private static long Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
