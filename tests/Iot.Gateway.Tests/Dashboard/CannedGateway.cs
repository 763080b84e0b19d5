using System.Net;
using System.Runtime.CompilerServices;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Webhook;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Observability;
using Iot.Gateway.Tests.Mqtt;
using Iot.Journal;
using Iot.Testing;
using Iot.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Pages, API, metrics and health on a real Kestrel, over figures that a test sets.</summary>
internal sealed class CannedGateway : IAsyncDisposable
{
    private readonly TempDirectory _audit = new();
    private readonly TempDirectory _ownData = new();
    private WebApplication? _app;

    public List<DeviceBooks> Books { get; } = [];

    public List<SinkStatus> Sinks { get; } = [new("Embedded", CircuitState.None, null, 0, 0, 0)];

    public JournalFigures Journal { get; set; } = new(120, 48 << 20, 32 << 20, 10L << 30, 500, 60 << 20, 90, IsFull: false);

    public CannedStore? Store { get; set; } = new();

    /// <summary>Asked instead of <see cref="Store"/>.</summary>
    public IReadingQueries? Queries { get; set; }

    /// <summary>What else the container holds.</summary>
    public Action<IServiceCollection> Adding { get; set; } = _ => { };

    public Dictionary<DeviceId, DevicePresence> Presence { get; } = [];

    /// <summary>Those that have a schema; none claims a device by its name.</summary>
    public List<string> Types { get; } = [];

    public List<KeptDeadLetter> DeadLetters { get; } = [];

    /// <summary>As the live connection shows them.</summary>
    public List<ReplayJson> Replays { get; } = [];

    public StoreFigures? StoreFigures { get; set; }

    public long? BackupBytes { get; set; }

    public List<string> NotReady { get; } = [];

    /// <summary>Packages for devices; of nowhere unless a test has some.</summary>
    public string InstallPath { get; set; } = "/nowhere";

    public HttpOptions Http { get; set; } = new();

    public OidcOptions Oidc { get; set; } = new();

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>What is logged, by us and by the libraries, at the levels of the real gateway.</summary>
    public LogLines Log { get; } = new();

    /// <summary>What a requeue of one letter does besides; it hears when the caller is gone.</summary>
    public Func<CancellationToken, Task> Requeueing { get; set; } = _ => Task.CompletedTask;

    /// <summary>Users, keys and their files; a test may give one that outlives this gateway.</summary>
    public string DataPath
    {
        get => field ?? _ownData.Path;
        set;
    }

    /// <summary>What stands in front of the rule about access: a test may pretend to come from elsewhere.</summary>
    public IPAddress? From { get; set; }

    public Uri Url => new(_app!.Urls.Single());

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    public IReadOnlyList<RouteEndpoint> Endpoints => [.. Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>With this password unless another is given.</summary>
    public async Task<CannedGateway> WithUserAsync(string name, Role role, string password = Browser.Password)
    {
        Assert.Equal(UserRefusal.None, Get<Users>().Add(name, role, (await Get<Passwords>().HashAsync(password, default))!));
        return this;
    }

    /// <returns>The text of a new key.</returns>
    public string NewKey(Role role, string name = "test", DateTimeOffset? until = null)
    {
        var text = ApiKey.NewText();
        Assert.NotNull(Get<ApiKeys>().Create(text, name, role, "a test", until));
        return text;
    }

    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Url };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    /// <summary>As if a message of this device with one reading had been appended.</summary>
    public void Measure(string device, LiveValue value)
    {
        if (Get<WatchedDevices>().Find(System.Text.Encoding.ASCII.GetBytes(device)) is { } watched) watched.TryPut(value);
    }

    public async Task<CannedGateway> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "iot-gateway", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().AddProvider(Log).AddFilter("Microsoft", LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", "false"); // files compressed, as an installed gateway serves them
        builder.Services.AddSingleton(Clock);
        builder.Services.AddSingleton(Http);
        builder.Services.AddSingleton(Oidc);
        builder.Services.AddSingleton(new DataOptions { Path = DataPath });
        builder.Services.AddSingleton(new LimitsOptions());
        builder.Services.AddSingleton(new EmbeddedOptions());
        builder.Services.AddSingleton(new Gateway.Dashboard.Install.InstallOptions { Path = InstallPath });
        builder.Services.AddSingleton(provider => Gateway.Devices.DeviceRegistry.Open(
            Path.Combine(_audit.Path, "devices.db"), Clock, provider.GetRequiredService<ILogger<Gateway.Devices.DeviceRegistry>>()));
        builder.Services.AddSingleton<Gateway.Devices.DeviceConfigs>();
        builder.Services.AddSingleton<Gateway.Devices.DevicePresence>();
        builder.Services.AddSingleton<Gateway.Devices.KnownDevices>();
        builder.Services.AddSingleton(View());
        builder.Services.AddSingleton(provider => new GatewayHealth(
            provider.GetRequiredService<LoopWatch>(), () => NotReady, provider.GetRequiredService<GatewayView>().Figures));
        builder.Services.AddSingleton(new AuditOptions());
        builder.Services.AddSingleton(new AuditOpening([]));
        builder.Services.AddAudit(_ => _audit.Path);
        builder.Services.AddSingleton(new DetectionOptions());
        builder.Services.AddSingleton(new WebhookOptions());
        builder.Services.AddDetection();
        builder.Services.AddObservability();
        builder.Services.AddDashboard(Oidc.IsConfigured);
        Adding(builder.Services);
        _app = builder.Build();
        _app.Use((http, next) =>
        {
            if (From is not null) http.Connection.RemoteIpAddress = From;
            return next(http);
        });
        _app.MapDashboard();
        _app.MapObservability();
        await _app.StartAsync();
        return this;
    }

    /// <summary>What the audit log holds, its own entries left out, the oldest first. Stops the gateway.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(string kind)
    {
        await _app!.StopAsync();
        return [.. Get<AuditReader>().Read(new(Kind: kind)).Entries.Reverse()];
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _audit.Dispose();
        _ownData.Dispose();
    }

    public static DeviceBooks Device(string name, long received, long rejected = 0, long duplicate = 0, long pending = 0, DateTimeOffset? seen = null) => new(
        DeviceId.Parse(name),
        (seen ?? DateTimeOffset.UtcNow).ToUnixTimeMilliseconds() * 1_000_000,
        received / 10,
        received,
        received - rejected - duplicate,
        rejected,
        duplicate,
        Provable: true,
        [new("Embedded", received - rejected - duplicate - pending, pending, 0)],
        [],
        []);

    private GatewayView View() => new()
    {
        Figures = new() { Journal = () => Journal, Sinks = () => Sinks, Connections = () => Books.Count },
        Books = () =>
        {
            lock (Books) return [.. Books.OrderBy(books => books.Device)];
        },
        BooksOf = device =>
        {
            lock (Books) return Books.Find(books => books.Device == device);
        },
        Queries = Queries ?? Store,
        Registered = () => Get<Gateway.Devices.DeviceRegistry>().Directory.All,
        Types = () => Types,
        Presence = device => Presence.GetValueOrDefault(device),
        DeadLetters = new(
            filter => [.. DeadLetters.Take(filter.Limit)],
            id => DeadLetters.Find(letter => letter.Id == id),
            async (ids, _, cancellation) =>
            {
                await Requeueing(cancellation);
                return [.. ids.Select(id => new RequeueOutcome(id, RequeueResult.Requeued, "Accepted."))];
            },
            (letters, _) => Task.FromResult(letters.Count)),
        Security = () => Get<SecurityEvents>().Stand,
        Replays = () => [.. Replays],
        Store = () => StoreFigures,
        OldestInSpool = () => DateTimeOffset.UtcNow.AddDays(-3).ToUnixTimeMilliseconds() * 1_000_000,
        BackupBytes = () => BackupBytes,
        Follow = Nothing,
    };

    private static async IAsyncEnumerable<JournalRecord> Nothing([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        yield break;
    }
}
