using System.Diagnostics.Metrics;
using Iot.Gateway.Delivery;
using Iot.Gateway.Influx;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Iot.Gateway.Tests.Influx;

/// <summary>The sink as the gateway registers it, over a server of the test's choice.</summary>
internal sealed class SinkRig : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private SinkRig(ServiceProvider services) => _services = services;

    public InfluxSink Sink => _services.GetRequiredService<InfluxSink>();

    public InfluxQueries Queries => _services.GetRequiredService<InfluxQueries>();

    /// <summary>In the language that is set, within the time that is set.</summary>
    public TimedQueries Timed => _services.GetRequiredService<TimedQueries>();

    public InfluxCheck Check => _services.GetRequiredService<InfluxCheck>();

    public InfluxOptions Options => _services.GetRequiredService<InfluxOptions>();

    public LogBook Log { get; private init; } = null!;

    /// <summary>A server in memory instead of HTTP.</summary>
    public static SinkRig Over(IInfluxServer server, TimeProvider? clock = null, params string[] settings) =>
        Make(["Url=http://127.0.0.1:1/", "Bucket=b", .. settings], clock, services => services.Replace(ServiceDescriptor.Singleton(server)));

    /// <param name="url">Null: none, or one of the settings.</param>
    public static SinkRig Over(Uri? url, params string[] settings) => Make(url is null ? settings : [$"Url={url}", .. settings], null, _ => { });

    /// <param name="settings">Keys of section Influx, as <c>Key=value</c>.</param>
    /// <param name="clock">Null for the real one.</param>
    private static SinkRig Make(IEnumerable<string> settings, TimeProvider? clock, Action<IServiceCollection> change)
    {
        var log = new LogBook();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => setting.Split('=', 2)).GroupBy(pair => pair[0], pair => pair[1])
                .Select(values => KeyValuePair.Create("Influx:" + values.Key, (string?)values.Last()))).Build());
        services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug).AddFilter("Polly", LogLevel.None));
        if (clock is not null) services.AddSingleton(clock);
        services.AddInflux();
        change(services);
        return new(services.BuildServiceProvider()) { Log = log };
    }

    /// <summary>One write of one message at offset 7.</summary>
    public Task<WriteOutcome> SendAsync(params Sample[] samples) => SendAsync(Spooled.Message(7, samples));

    public Task<WriteOutcome> SendAsync(SpooledMessage message) => SendUntilAsync(message, CancellationToken.None);

    public Task<WriteOutcome> SendUntilAsync(SpooledMessage message, CancellationToken cancellation)
    {
        var write = Sink.BeginWrite();
        write.Add(message);
        return SendAsync(write, cancellation);
    }

    /// <summary>Everything counted so far and from now on by one instrument, by its outcome.</summary>
    public Measured Measure(string instrument) => new(_services.GetRequiredService<IMeterFactory>(), instrument);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task<WriteOutcome> SendAsync(ISinkWrite write, CancellationToken cancellation)
    {
        using (write) return await write.SendAsync(8, cancellation);
    }
}

/// <summary>Listens to one instrument of one meter factory.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(double Value, string? Outcome)> _seen = [];

    public Measured(IMeterFactory meters, string instrument)
    {
        _listener.InstrumentPublished = (found, listener) =>
        {
            if (found.Name.Equals(instrument, StringComparison.Ordinal) && ReferenceEquals(found.Meter.Scope, meters)) listener.EnableMeasurementEvents(found);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Take(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Take(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Take(value, tags));
        _listener.Start();
    }

    public double Total(string? outcome = null)
    {
        lock (_seen) return _seen.Where(one => outcome is null || outcome.Equals(one.Outcome, StringComparison.Ordinal)).Sum(one => one.Value);
    }

    /// <summary>What an observed instrument says now.</summary>
    public double Now()
    {
        lock (_seen) _seen.Clear();
        _listener.RecordObservableInstruments();
        lock (_seen) return Assert.Single(_seen).Value;
    }

    public void Dispose() => _listener.Dispose();

    private void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_seen) _seen.Add((value, tags.IsEmpty ? null : tags[0].Value as string));
    }
}

/// <summary>Keeps what was logged, for tests that read it.</summary>
internal sealed class LogBook : ILoggerProvider, ILogger
{
    private readonly List<(int Id, string Text)> _entries = [];

    public IReadOnlyList<string> Of(int id)
    {
        lock (_entries) return [.. _entries.Where(entry => entry.Id == id).Select(entry => entry.Text)];
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries) _entries.Add((eventId.Id, formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
