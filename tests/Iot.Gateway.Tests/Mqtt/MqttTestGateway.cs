using System.Diagnostics.Metrics;
using System.Globalization;
using Iot.Gateway.Audit;
using Iot.Gateway.Certificates;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Webhook;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt;
using Iot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>The real endpoint on a free port of 127.0.0.1, in front of a fake ingest. Anonymous clients are let in.</summary>
internal sealed class MqttTestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempDirectory _directory;

    private MqttTestGateway(WebApplication app, FakeIngest ingest, (int Plain, int Tls) ports, LogLines log, TempDirectory directory) =>
        (_app, Ingest, Port, TlsPort, Log, _directory) = (app, ingest, ports.Plain, ports.Tls, log, directory);

    /// <summary>Among the settings: listens with TLS, too.</summary>
    public static readonly (string Key, string Value) WithTls = ("", "");

    public FakeIngest Ingest { get; }

    public int Port { get; }

    /// <summary>Zero unless it was asked for.</summary>
    public int TlsPort { get; }

    public DeviceRegistry Registry => _app.Services.GetRequiredService<DeviceRegistry>();

    public Enrollment Enrollment => _app.Services.GetRequiredService<Enrollment>();

    public ServerCertificate ServerCertificate => _app.Services.GetRequiredService<ServerCertificate>();

    public SecurityEvents SecurityEvents => _app.Services.GetRequiredService<SecurityEvents>();

    public Authorities Authorities => _app.Services.GetRequiredService<Authorities>();

    public LogLines Log { get; }

    public DevicePresence Presence => _app.Services.GetRequiredService<DevicePresence>();

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public static Task<MqttTestGateway> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    public static async Task<MqttTestGateway> StartAsync(TimeProvider clock, params (string Key, string Value)[] settings)
    {
        var port = FreePort.Next();
        var ingest = new FakeIngest();
        var log = new LogLines();
        var directory = new TempDirectory();
        var tlsPort = settings.Contains(WithTls) ? FreePort.Next() : 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mqtt:Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Mqtt:AllowAnonymous"] = "true",
            ["Mqtt:ConnectTimeout"] = "00:01:00",
            ["Mqtt:TlsPort"] = tlsPort.ToString(CultureInfo.InvariantCulture),
        });
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting != WithTls).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddOptions<LimitsOptions>().BindConfiguration(LimitsOptions.Section);
        builder.Services.AddSingleton(provider => provider.GetRequiredService<IOptions<LimitsOptions>>().Value);
        builder.Services.AddSingleton<Ingest>(ingest.IngestAsync);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(new AuditOptions());
        builder.Services.AddSingleton(new AuditOpening([]));
        builder.Services.AddAudit(_ => directory["audit"]);
        builder.Services.AddSingleton(DeviceRegistry.Open(directory["devices.db"], clock, NullLogger<DeviceRegistry>.Instance));
        builder.Services.AddSingleton(provider => provider.GetRequiredService<DeviceRegistry>().Identity);
        builder.Services.AddSingleton<DeviceConfigs>();
        builder.Services.AddSingleton(Authorities.Open(directory["ca"], new(), clock, NullLogger<CertificateAuthority>.Instance));
        builder.Services.AddSingleton(new TlsOptions());
        builder.Services.AddSingleton(new ServerNames(new(), []));
        builder.Services.AddSingleton<ServerCertificate>();
        builder.Services.AddSingleton(provider => new TlsHandshake(provider.GetRequiredService<ServerCertificate>));
        builder.Services.AddSingleton(new CaOptions());
        builder.Services.AddSingleton<EnrollmentMetrics>();
        builder.Services.AddSingleton(PublicAddresses.Of(new("https://localhost:8443"), null, null, tlsPort));
        builder.Services.AddSingleton<Enrollment>();
        builder.Services.AddSingleton(new DetectionOptions());
        builder.Services.AddSingleton(new WebhookOptions());
        builder.Services.AddDetection();
        builder.Services.AddMqttEndpoint();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenMqtt());
        var app = builder.Build();
        await app.StartAsync();
        return new(app, ingest, (port, tlsPort), log, directory);
    }

    /// <summary>What a SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>What the audit log holds of clients, the oldest first. Stops the gateway.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync()
    {
        await _app.StopAsync();
        return [.. _app.Services.GetRequiredService<AuditReader>().Read(new(Kind: "mqtt")).Entries.Reverse()];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _directory.Dispose();
    }
}
