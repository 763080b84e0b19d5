using Iot.LoadTest.Gateway;

namespace Iot.LoadTest.Sinks;

/// <summary>A real influxd behind a door that can be shut.</summary>
internal sealed class InterruptedInfluxd : ILoadSink
{
    private readonly InfluxdSink _influxd;

    private InterruptedInfluxd(InfluxdSink influxd)
    {
        _influxd = influxd;
        Door = new(influxd.Url);
    }

    public OutageDoor Door { get; }

    public IReadOnlyList<string> Settings => InfluxdSink.SettingsFor(Door.Url);

    public LatencyHistogram Latency => _influxd.Latency;

    public static async Task<InterruptedInfluxd> StartAsync() => new(await InfluxdSink.StartAsync());

    public Task<long> ArrivedAsync(GatewayUnderLoad gateway) => _influxd.ArrivedAsync(gateway);

    public Task<long> CountAsync(GatewayUnderLoad gateway) => _influxd.CountAsync(gateway);

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        await _influxd.DisposeAsync();
    }
}
