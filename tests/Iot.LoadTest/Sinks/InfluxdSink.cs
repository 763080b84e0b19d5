using Iot.LoadTest.Gateway;
using Iot.Testing;

namespace Iot.LoadTest.Sinks;

/// <summary>A real influxd 1.6, written through the V1 API.</summary>
internal sealed class InfluxdSink : ILoadSink
{
    private const string Database = "load";

    private readonly Influxd _server;

    private InfluxdSink(Influxd server) => _server = server;

    public Uri Url => _server.Url;

    public IReadOnlyList<string> Settings => SettingsFor(Url);

    public LatencyHistogram Latency { get; } = new();

    /// <summary>Where its server is reached, for a gateway that goes through something else.</summary>
    public static IReadOnlyList<string> SettingsFor(Uri url) =>
        ["--Sinks:0", "Influx", "--Influx:Url", url.ToString(), "--Influx:Api", "V1", "--Influx:Database", Database];

    public static async Task<InfluxdSink> StartAsync()
    {
        var server = await Influxd.StartAsync();
        await server.CreateDatabaseAsync(Database);
        return new(server);
    }

    public Task<long> ArrivedAsync(GatewayUnderLoad gateway) => gateway.DeliveredAsync();

    public async Task<long> CountAsync(GatewayUnderLoad gateway)
    {
        var counts = await _server.QueryAsync(Database, "SELECT count(*) FROM machine");
        return counts is null ? 0 : counts.Rows[0].Skip(1).Sum(count => count.GetInt64()); // the first column is the time
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
