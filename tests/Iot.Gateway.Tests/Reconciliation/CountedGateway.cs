using System.Globalization;
using System.Text;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Reconciliation;
using Iot.Gateway.Spooling;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Testing;
using Iot.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Iot.Gateway.Tests.Reconciliation;

/// <summary>The gateway as the program wires it, without its endpoints: books, delivery, sinks and the reconciler, on a real disk.</summary>
internal sealed class CountedGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<IHostedService> _loops;

    private CountedGateway(WebApplication app)
    {
        _app = app;
        _loops = [.. app.Services.GetServices<IHostedService>().Where(service => service is Bookkeeper or DeliveryLoop)];
    }

    public SegmentedJournal Journal => Part<FileSpool>().Journal;

    private GatewayLedger Ledger => Part<GatewayLedger>();

    /// <param name="settings">Words of the command line.</param>
    public static async Task<CountedGateway> StartAsync(TempDirectory directory, params string[] settings)
    {
        var app = GatewayHost.BuildParts(["--Data:Path", directory["data"], "--Schemas:Path", directory["schemas"], "--Embedded:Linger", "00:00:00", "--Embedded:RetainFor", "00:00:00", "--Delivery:CheckpointEvery", "00:00:00.1", .. settings]);
        app.Services.GetRequiredService<SchemaCatalog>().Load();
        var gateway = new CountedGateway(app);
        foreach (var loop in gateway._loops) await loop.StartAsync(CancellationToken.None);
        return gateway;
    }

    /// <summary>Settings for both sinks over a database of an influxd.</summary>
    public static string[] BothSinks(Uri influx, string database) =>
        ["--Sinks:0", "Embedded", "--Sinks:1", "Influx", "--Influx:Url", influx.ToString(), "--Influx:Api", "V1", "--Influx:Database", database, "--Influx:Linger", "00:00:00"];

    public T Part<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task IngestAsync(string device, string payload, PayloadFormat format = PayloadFormat.SenMl)
    {
        var receivedNs = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var result = await Part<IngestPipeline>().IngestAsync(new(DeviceId.Parse(device), format, Encoding.UTF8.GetBytes(payload), receivedNs), CancellationToken.None);
        Assert.True(result is IngestResult.Stored or IngestResult.Duplicate, result.ToString());
    }

    /// <summary>One batch with identity: a reading a second, and from the second on at the same place, whatever is asked again.</summary>
    public Task IngestAsync(string device, ulong seq, int readings, string field = "temperature")
    {
        var rest = string.Concat(Enumerable.Range(1, readings - 1).Select(i => string.Create(CultureInfo.InvariantCulture, $$""",{"n":"{{field}}","v":{{i}},"t":{{Second(seq, i)}}}""")));
        return IngestAsync(device, string.Create(CultureInfo.InvariantCulture, $$"""[{"epoch":"000000000000feed","seq":{{seq}},"n":"{{field}}","v":0,"t":{{Second(seq, 0)}}}{{rest}}]"""));
    }

    /// <summary>When a reading of such a batch was taken, in seconds since 1970.</summary>
    public static long Second(ulong seq, int reading) => 1_700_000_000 + ((long)seq * 10_000) + reading;

    /// <summary>Until every sink has everything and its cursor says so.</summary>
    public Task SettledAsync(TimeSpan? limit = null) => Eventually.TrueAsync(
        () => Ledger.Applied == Journal.NextOffset
            && Ledger.Sinks.Count == _app.Services.GetServices<ISink>().Count()
            && _app.Services.GetServices<ISink>().OfType<EmbeddedStoreSink>().All(sink => sink.Health.Problem is null)
            && Ledger.Sinks.All(sink => Ledger.DeliveredTo(sink) == Journal.NextOffset && Journal.OpenCursor(sink).Offset == Journal.NextOffset),
        "everything is delivered", limit);

    public Task<ReconcileReport> ReconcileAsync(ReconcileQuestion? question = null) => ReconcileAsync(Part<Reconciler>(), question ?? new());

    public static async Task<ReconcileReport> ReconcileAsync(Reconciler reconciler, ReconcileQuestion question, IProgress<ReconcileProgress>? progress = null)
    {
        using var turn = reconciler.TryEnter();
        Assert.NotNull(turn);
        return await reconciler.RunAsync(question, progress ?? new Progress<ReconcileProgress>(), TestContext.Current.CancellationToken);
    }

    /// <summary>Changes the embedded store by hand; rows changed.</summary>
    public async Task<int> SqlAsync(string sql)
    {
        var rows = 0;
        await Part<ReadingStore>().WriteAsync(connection => rows = connection.Execute(sql), CancellationToken.None);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in Enumerable.Reverse(_loops)) await loop.StopAsync(CancellationToken.None);
        await Journal.DisposeAsync();
        await _app.DisposeAsync();
    }
}
