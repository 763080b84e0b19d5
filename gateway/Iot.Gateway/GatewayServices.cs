using Iot.Configuration;
using Iot.Gateway.Audit;
using Iot.Gateway.Backups;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Decoding;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.Devices;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Influx;
using Iot.Gateway.Ledger;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Observability;
using Iot.Gateway.Reconciliation;
using Iot.Gateway.Replay;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Microsoft.Extensions.Options;

namespace Iot.Gateway;

/// <summary>Everything the gateway is made of, in the order in which a reading passes through it.</summary>
/// <remarks>
/// Hosted services start in this order and stop in reverse: the audit log first and last, then the books, MQTT in between, so that
/// de-duplication knows all that is on disk before a device can connect, and everything taken is in the books at the end.
/// </remarks>
internal static class GatewayServices
{
    /// <returns>The configuration keys there are.</returns>
    public static KnownKeys AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddObservability();
        var known = services.AddGatewayOptions(configuration);

        services.AddSingleton(GatewayOverview.Opening);
        services.AddAudit(provider => provider.GetRequiredService<DataOptions>().AuditPath);
        services.AddCertificates();
        services.AddDetection();
        services.AddDevices();
        services.AddLedger();
        services.AddIngest();
        services.AddDelivery(GatewaySettings.Sinks(configuration));
        services.AddSingleton(provider => SinkContents.Of(provider, () => provider.GetRequiredService<ReadingStore>().Database));
        services.AddSingleton<Reconciler>();
        services.AddReplay();
        services.AddSingleton<BackupDesk>();
        services.AddMqttEndpoint();
        services.AddSingleton(GatewayOverview.View);
        services.AddSingleton(GatewayOverview.Health);
        services.AddDashboard(withProvider: configuration[$"{OidcOptions.Section}:{nameof(OidcOptions.Authority)}"] is { Length: > 0 });
        return known;
    }

    private static void AddCertificates(this IServiceCollection services)
    {
        services.AddSingleton(provider => Authorities.Open(
            provider.GetRequiredService<DataOptions>().CaPath,
            provider.GetRequiredService<CaOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CertificateAuthority>>()));
        services.AddSingleton(provider => new ServerNames(
            provider.GetRequiredService<TlsOptions>(),
            [provider.GetRequiredService<CaOptions>().EnrollUrl, provider.GetRequiredService<HttpOptions>().Url]));
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton(provider => new ServerTrust(
            provider.GetRequiredService<DataOptions>().CaPath,
            provider.GetRequiredService<TlsOptions>(),
            provider.GetRequiredService<CaOptions>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TlsHandshake(provider.GetRequiredService<ServerCertificate>));
        services.AddHostedService<ServerCertificateRenewal>();
    }

    private static void AddDevices(this IServiceCollection services)
    {
        services.AddSingleton(provider => DeviceRegistry.Open(
            provider.GetRequiredService<DataOptions>().DevicesPath,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeviceRegistry>>()));
        services.AddSingleton(provider => provider.GetRequiredService<DeviceRegistry>().Identity);
        services.AddSingleton<DeviceConfigs>();
        services.AddSingleton<EnrollmentMetrics>();
        services.AddSingleton<DeviceClocks>();
        services.AddSingleton(provider => PublicAddresses.Of(
            provider.GetRequiredService<HttpOptions>().Url,
            provider.GetRequiredService<CaOptions>().EnrollUrl,
            provider.GetRequiredService<IOptions<MqttOptions>>().Value.PublicUrl,
            provider.GetRequiredService<IOptions<MqttOptions>>().Value.TlsPort));
        services.AddSingleton<Enrollment>();
    }

    private static void AddLedger(this IServiceCollection services)
    {
        services.AddSingleton<GatewayLedger>();
        services.AddSingleton<BooksSnapshot>();
        services.AddSingleton(provider => new SnapshotFile(
            Path.Combine(provider.GetRequiredService<DataOptions>().StatePath, SnapshotFile.Name), new PosixDisk()));
        services.AddSingleton(provider => new SeriesSnapshot(
            provider.GetRequiredService<SeriesBudget>(),
            new(Path.Combine(provider.GetRequiredService<DataOptions>().StatePath, SeriesSnapshot.Name), new PosixDisk())));
        services.AddSingleton(provider => DeadLetterStore.Open(
            provider.GetRequiredService<DataOptions>().DeadLettersPath,
            provider.GetRequiredService<DeadLettersOptions>(),
            provider.GetRequiredService<ILogger<DeadLetterStore>>(),
            provider.GetRequiredService<FileSpool>().Journal.Identity));
        services.AddSingleton<Requeue>();
        services.AddSingleton<LetterOpener>();
        services.AddSingleton<RefusalCollector>();
        services.AddSingleton<SinkBookkeeper>();
        services.AddTransient(_ => new SpooledMessage(new MessageDecoder(LimitsOptions.MostUnpackedBytes)));
        services.AddSingleton<Bookkeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<Bookkeeper>());
    }

    private static void AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<Deduplicator>();
        services.AddSingleton<DigestWindow>();
        services.AddSingleton<BatchMemory>();
        services.AddSingleton<SchemaCatalog>();
        services.AddSingleton<SeriesBudget>();
        services.AddHostedService<SchemaWatcher>();
        services.AddSingleton(OpenSpool);
        services.AddSingleton<IngestDesks>();
        services.AddSingleton<IngestPipeline>();
        services.AddSingleton<Ingest>(provider => provider.GetRequiredService<IngestPipeline>().IngestAsync);
    }

    private static void AddDelivery(this IServiceCollection services, IReadOnlyList<string> sinks)
    {
        services.AddSingleton(provider => provider.GetRequiredService<DeliveryStand>().ListenTo(provider.GetRequiredService<SinkBookkeeper>().Events()));
        foreach (var sink in sinks)
        {
            switch (sink.ToUpperInvariant())
            {
                case "EMBEDDED":
                    services.AddEmbeddedStore();
                    break;
                case "INFLUX":
                    services.AddInflux();
                    services.AddSingleton<IReadingQueries>(provider => provider.GetRequiredService<TimedQueries>());
                    break;
                default:
                    throw new SettingsException([$"Sinks: no sink '{sink}'; there are Embedded and Influx."]);
            }
        }

        for (var i = 0; i < sinks.Count; i++)
        {
            var index = i;
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<DeliveryLoop>(
                provider, provider.GetServices<ISink>().ElementAt(index)));
        }
    }

    private static void AddEmbeddedStore(this IServiceCollection services)
    {
        services.AddSingleton(provider => new ReadingStore(
            provider.GetRequiredService<DataOptions>().StorePath,
            provider.GetRequiredService<EmbeddedOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReadingStore>>())
        {
            Journal = provider.GetRequiredService<FileSpool>().Journal.Identity,
        });
        services.AddSingleton<ISink, EmbeddedStoreSink>();
        services.AddSingleton<StoreWatch>();
        services.AddSingleton<IReadingQueries, EmbeddedQueries>();
        services.AddHostedService<EmbeddedHousekeeping>();
        services.AddHostedService<BooksCopy>();
    }

    private static FileSpool OpenSpool(IServiceProvider provider)
    {
        var log = provider.GetRequiredService<ILogger<FileSpool>>();
        var path = provider.GetRequiredService<DataOptions>().SpoolPath;
        var options = FileSpool.WithRoomFor(provider.GetRequiredService<LimitsOptions>(), provider.GetRequiredService<JournalOptions>());
        var journal = SegmentedJournal.Open(path, options, provider.GetRequiredService<TimeProvider>());
        SpoolReport.Opened(log, path, journal);
        journal.RemoveCursor(BackupHold.Cursor); // of a backup that a crash ended
        return new(journal);
    }
}
