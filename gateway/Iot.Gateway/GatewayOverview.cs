using Iot.Gateway.Audit;
using Iot.Gateway.Backups;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using Iot.Gateway.Replay;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Wire;
using Microsoft.Extensions.Options;

namespace Iot.Gateway;

/// <summary>What health, metrics and dashboard see of the gateway, gathered in one place.</summary>
internal static class GatewayOverview
{
    public static GatewayView View(IServiceProvider provider)
    {
        var ledger = provider.GetRequiredService<GatewayLedger>();
        var journal = provider.GetRequiredService<FileSpool>().Journal;
        var letters = provider.GetRequiredService<DeadLetterStore>();
        var security = provider.GetRequiredService<SecurityEvents>();
        var presence = provider.GetRequiredService<Devices.DevicePresence>();
        var clocks = provider.GetRequiredService<Devices.DeviceClocks>();
        var registry = provider.GetRequiredService<Devices.DeviceRegistry>();
        var schemas = provider.GetRequiredService<SchemaCatalog>();
        return new()
        {
            Figures = provider.GetRequiredService<GatewayHealth>().Figures,
            Books = ledger.All,
            BooksOf = ledger.Of,
            MqttPort = provider.GetRequiredService<IOptions<MqttOptions>>().Value.Port,
            NotReady = provider.GetRequiredService<GatewayHealth>().NotReady,
            Warnings = provider.GetRequiredService<GatewayHealth>().Degraded,
            Queries = provider.GetServices<IReadingQueries>().FirstOrDefault(),
            DeadLetters = Access(letters, provider),
            Security = () => security.Stand,
            Presence = device => StatusOf(presence, device),
            StatusOf = device => provider.GetRequiredService<MqttBroker>().StatusOf(device),
            Clock = clocks.Find,
            Registered = () => registry.Directory.All,
            TypeOf = device => schemas.For(device).Type is var type and not SchemaSet.DefaultType ? type : "",
            Types = () => [.. schemas.Current.All.Select(schema => schema.Type)],
            Replays = () => ReplaysEndpoints.All(provider.GetRequiredService<Replays>()).Replays,
            Store = () => provider.GetService<StoreWatch>()?.Look(),
            OldestInSpool = new OldestRecord(journal).ReceivedNs,
            BackupBytes = () => provider.GetRequiredService<BackupDesk>().Sent,
            Follow = cancellation => SpoolTail.FollowAsync(journal, cancellation),
        };
    }

    /// <summary>Of the running gateway, or of its files.</summary>
    private static DeadLetterAccess Access(DeadLetterStore store, IServiceProvider provider)
    {
        var log = provider.GetRequiredService<ILogger<DeadLetterStore>>();
        var schemas = provider.GetRequiredService<SchemaCatalog>();
        return new(store.List, store.Get, provider.GetRequiredService<Requeue>().RunAsync, DiscardAsync)
        {
            Groups = store.Groups,
            Open = provider.GetRequiredService<LetterOpener>().Open,
            Stand = () => store.Stand with { Schemas = schemas.Changes },
            SchemaProblems = () => schemas.Problems,
            SchemaFolder = schemas.Path,
        };

        async Task<int> DiscardAsync(IReadOnlyList<LetterKey> letters, CancellationToken cancellation)
        {
            var discarded = await store.SettleAsync(letters, LetterState.Discarded, cancellation);
            if (discarded > 0) log.Discarded(discarded);
            return discarded;
        }
    }

    public static GatewayHealth Health(IServiceProvider provider)
    {
        var journal = provider.GetRequiredService<FileSpool>().Journal;
        var audit = provider.GetRequiredService<AuditTrail>();
        var certificate = provider.GetRequiredService<ServerCertificate>();
        var authorities = provider.GetRequiredService<Authorities>();
        List<string> risks = [.. provider.GetRequiredService<IOptions<MqttOptions>>().Value.Risks(), .. provider.GetRequiredService<HttpOptions>().Risks()];
        return new(provider.GetRequiredService<LoopWatch>(), () => NotReady(journal), Figures(provider, journal))
        {
            Degraded = () =>
            [
                .. audit.Problem is { } problem ? [$"The audit log is not written: {problem} Readings are taken as always; what is missing is counted."] : Array.Empty<string>(),
                .. UsesTls(provider) && certificate.Problem is { } ending ? [ending] : Array.Empty<string>(),
                .. authorities.Problem is { } ca ? [ca] : Array.Empty<string>(),
                .. risks,
            ],
        };
    }

    private static bool UsesTls(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<MqttOptions>>().Value.TlsPort != 0 || provider.GetRequiredService<HttpOptions>().Url.Scheme is "https";

    /// <summary>The first entries of a start: which program, and whom it lets in. No key, no password.</summary>
    public static AuditOpening Opening(IServiceProvider provider)
    {
        var mqtt = provider.GetRequiredService<IOptions<MqttOptions>>().Value;
        var http = provider.GetRequiredService<HttpOptions>();
        return new([
            new(AuditAct.GatewayStart, Detail: $"version {GatewayVersion.Text}"),
            new(AuditAct.ConfigStart, Detail:
                $"MQTT {mqtt.PlainAddress}:{mqtt.Port}, TLS {mqtt.TlsAddress}:{mqtt.TlsPort}, AllowAnonymous={mqtt.AllowAnonymous}; "
                + $"HTTP {http.Url.Authority}, AllowAnonymous={http.AllowAnonymous}, {(http.Key() is { Length: > 0 } ? "with a key" : "without a key")}"),
        ]);
    }

    private static GatewayFigures Figures(IServiceProvider provider, SegmentedJournal journal)
    {
        var ledger = provider.GetRequiredService<GatewayLedger>();
        var sinks = provider.GetServices<ISink>().ToList();
        var letters = provider.GetRequiredService<DeadLetterStore>();
        var spool = provider.GetRequiredService<DataOptions>().SpoolPath;
        var (maxBytes, reserve) = (provider.GetRequiredService<JournalOptions>().MaxBytes, provider.GetRequiredService<JournalOptions>().ReserveBytes);
        var acceptor = provider.GetRequiredService<ConnectionAcceptor>();
        var clocks = provider.GetRequiredService<Devices.DeviceClocks>();
        var fleet = new FleetFigures(ledger, provider.GetRequiredService<TimeProvider>());
        return new()
        {
            Journal = () => new(
                (long)(journal.NextOffset - journal.FirstOffset), journal.Bytes, journal.HeldBytes, maxBytes,
                journal.Counters.Appends, journal.Counters.BytesWritten, journal.Counters.Fsyncs, journal.IsFull)
            {
                SyncTime = journal.Counters.SyncTime,
            },
            Sinks = () => [.. sinks.Select(sink => StatusOf(sink, ledger.TotalOf(sink.Name)))],
            Connections = () => acceptor.Connections,
            IngestTimes = provider.GetRequiredService<GatewayMetrics>().IngestTimes.Snapshot,
            Clocks = clocks.ByState,
            Books = fleet.Current,
            DeadLetters = () => letters.Figures,
            Certificates = () => Certificates(provider),
            Disk = () => Disk(spool, reserve),
        };
    }

    private static IReadOnlyList<CertificateFigures> Certificates(IServiceProvider provider)
    {
        var ca = provider.GetRequiredService<Authorities>().Current;
        var server = UsesTls(provider) ? provider.GetRequiredService<ServerCertificate>().Now : null;
        return [.. server is null ? Array.Empty<CertificateFigures>() : [new("server", server.NotBefore, server.NotAfter)], new("ca", ca.BeginsAt, ca.EndsAt)];
    }

    private static DiskFigures? Disk(string path, long reserve)
    {
        try
        {
            return new(new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace, reserve);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the spool takes nothing there and says so itself
        }
    }

    private static SinkStatus StatusOf(ISink sink, SinkBooks books)
    {
        var health = sink.Health;
        return new(sink.Name, health.Circuit, health.Problem, books.Stored, books.Pending, books.DeadLettered)
        {
            Since = health.Since,
            Past = sink.History.Look(),
        };
    }

    private static Dashboard.DevicePresence? StatusOf(Devices.DevicePresence presence, DeviceId device) =>
        presence.Find(device) is { } found ? new(found.Online, found.Since, found.Agent, found.Client) : null;

    private static List<string> NotReady(SegmentedJournal journal) =>
        journal.IsFull ? ["The spool is full: messages are refused with 0x97 until sinks or disk make room; devices keep them."] : [];
}
