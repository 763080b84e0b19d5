using System.Globalization;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Grafana;

/// <summary>A gateway with two sinks that has seen everything once, an InfluxDB that has its readings and a Prometheus that watches it.</summary>
public sealed class ObservedGateway : IAsyncLifetime
{
    public const string Device = "pump-7";
    public const string Rules = "docker/prometheus/rules";

    private const string Database = "iot";

    private Influxd? _influxd;
    private GatewayProcess? _gateway;
    private PrometheusServer? _prometheus;

    public PrometheusServer Prometheus => _prometheus!;

    /// <summary>When the first reading of <c>cpu/usage</c> was taken; each ten seconds one, for five minutes, and then one after a minute without.</summary>
    public long FirstSecond { get; } = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 600) / 10 * 10;

    public Task<InfluxTable?> InfluxAsync(string query) => _influxd!.QueryAsync(Database, query);

    public async ValueTask InitializeAsync()
    {
        _influxd = await Influxd.StartAsync();
        await _influxd.CreateDatabaseAsync(Database);
        _gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Influx", "--Sinks:1", "Embedded", "--Influx:Api", "V1", "--Influx:Database", Database, "--Influx:Url", _influxd.Url.ToString(),
            "--Mqtt:TlsPort", FreePort.Next().ToString(CultureInfo.InvariantCulture));
        _prometheus = await PrometheusServer.StartAsync(_gateway.Http.BaseAddress!, Path.Combine(RepositoryRoot.Path, Rules, "*.yml"));
        await Eventually.TrueAsync(() => HasAsync("iot_gateway_health_state"), "Prometheus has asked the gateway");

        for (var round = 0; round < 2; round++) // a counter grows when Prometheus has seen it smaller before
        {
            await LiveAsync(firstSeq: 1 + (round * 4));
            await Eventually.TrueAsync(() => HasAsync($"iot_gateway_readings_delivered_total{{sink=\"Influx\"}} >= {(round + 1) * 3}"), "its readings are stored");
        }

        await Eventually.TrueAsync(() => HasAsync("rate(iot_gateway_ingest_duration_seconds_count[10m]) > 0"), "the figures have grown");
        await Eventually.TrueAsync(() => HasAsync("ALERTS{alertstate=\"firing\"}"), "an alert fires");
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null) await _prometheus.DisposeAsync();
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_influxd is not null) await _influxd.DisposeAsync();
    }

    private async Task<bool> HasAsync(string expression) => (await Prometheus.QueryAsync(expression)).Count > 0;

    /// <summary>Two batches, one twice and one missing; a message that cannot be read; somebody who publishes where he may not.</summary>
    private async Task LiveAsync(int firstSeq)
    {
        var telemetry = $"v1/devices/{Device}/telemetry";
        await PublishAsync(telemetry, Pack(firstSeq, offset: 0, count: 30));
        await PublishAsync(telemetry, Pack(firstSeq, offset: 0, count: 30));
        await PublishAsync(telemetry, Pack(firstSeq + 2, offset: 36, count: 1));
        await PublishAsync(telemetry, "[{");
        for (var i = 0; i < 3; i++)
            await Mosquitto.PublishAsync(_gateway!.MqttPort, $"v1/devices/{Device}/config/desired", "{}", "-i", "intruder", "-q", "1", "-V", "5");
    }

    private async Task PublishAsync(string topic, string payload)
    {
        var (exitCode, output) = await Mosquitto.PublishAsync(_gateway!.MqttPort, topic, payload, "-i", Device, "-q", "1");
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Every ten seconds a value of each series that the fleet's panels show: 0.00, 0.01, 0.02 …</summary>
    private string Pack(int seq, int offset, int count)
    {
        var records = string.Join(',', Enumerable.Range(offset, count).SelectMany(i => new[] { "cpu/usage", "memory/available", "load/1m" }
            .Select(name => string.Create(CultureInfo.InvariantCulture, $"{{\"n\":\"{name}\",\"t\":{FirstSecond + (i * 10)},\"v\":{i / 100.0}}}"))));
        return $"[{{\"epoch\":\"000000000000feed\",\"seq\":{seq},{records[1..]}]";
    }
}
