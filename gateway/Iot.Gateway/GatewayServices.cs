using Iot.Configuration;
using Iot.Gateway.Deduplication;
using Iot.Gateway.Ledger;
using Iot.Gateway.Observability;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;

namespace Iot.Gateway;

/// <summary>Everything the gateway is made of, in the order in which a reading passes through it.</summary>
internal static class GatewayServices
{
    /// <returns>The configuration keys there are.</returns>
    public static KnownKeys AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddObservability();
        var known = services.AddGatewayOptions(configuration);

        services.AddIngest();
        services.AddLedger();
        return known;
    }

    private static void AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<Deduplicator>();
        services.AddSingleton<DigestWindow>();
        services.AddSingleton<BatchMemory>();
        services.AddSingleton<SchemaCatalog>();
        services.AddSingleton(provider => OpenSpool(provider));
        services.AddSingleton<IngestDesks>();
        services.AddSingleton<IngestPipeline>();
    }

    private static void AddLedger(this IServiceCollection services)
    {
        services.AddSingleton<GatewayLedger>();
        services.AddSingleton<BooksSnapshot>();
        services.AddSingleton(provider => new SnapshotFile(
            Path.Combine(provider.GetRequiredService<DataOptions>().StatePath, "books.snapshot"), new PosixDisk()));
        services.AddSingleton<SinkBookkeeper>();
        services.AddSingleton<Bookkeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<Bookkeeper>());
    }

    private static FileSpool OpenSpool(IServiceProvider provider)
    {
        var log = provider.GetRequiredService<ILogger<FileSpool>>();
        var path = provider.GetRequiredService<DataOptions>().SpoolPath;
        var journal = SegmentedJournal.Open(path, provider.GetRequiredService<JournalOptions>(), provider.GetRequiredService<TimeProvider>());
        SpoolReport.Opened(log, path, journal);
        return new(journal);
    }
}
