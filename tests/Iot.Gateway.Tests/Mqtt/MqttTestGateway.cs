using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Iot.Gateway.Audit;
using Iot.Gateway.Devices;
using Iot.Gateway.Mqtt;
using Iot.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>The real endpoint on a free port of 127.0.0.1, in front of a fake ingest. Anonymous clients are let in.</summary>
internal sealed class MqttTestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempDirectory _audit;

    private MqttTestGateway(WebApplication app, FakeIngest ingest, int port, LogLines log, TempDirectory audit) => (_app, Ingest, Port, Log, _audit) = (app, ingest, port, log, audit);

    public FakeIngest Ingest { get; }

    public int Port { get; }

    public LogLines Log { get; }

    public DevicePresence Presence => _app.Services.GetRequiredService<DevicePresence>();

    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public static Task<MqttTestGateway> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    public static async Task<MqttTestGateway> StartAsync(TimeProvider clock, params (string Key, string Value)[] settings)
    {
        var port = FreePort.Next();
        var ingest = new FakeIngest();
        var log = new LogLines();
        var audit = new TempDirectory();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mqtt:Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Mqtt:AllowAnonymous"] = "true",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddOptions<LimitsOptions>().BindConfiguration(LimitsOptions.Section);
        builder.Services.AddSingleton<Ingest>(ingest.IngestAsync);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(new AuditOptions());
        builder.Services.AddSingleton(new AuditOpening([]));
        builder.Services.AddAudit(_ => audit.Path);
        builder.Services.AddMqttEndpoint();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenMqtt());
        var app = builder.Build();
        await app.StartAsync();
        return new(app, ingest, port, log, audit);
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
        _audit.Dispose();
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Containing(string text) => _lines.Where(line => line.Contains(text));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{eventId.Id} {logLevel}: {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
