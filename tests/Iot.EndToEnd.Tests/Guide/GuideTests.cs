using System.Globalization;
using System.Net;
using System.Text;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Guide;

/// <summary>What the guides for analysts tell people to type is typed, at a gateway with an embedded store and a real InfluxDB.</summary>
public sealed class GuideTests : IAsyncLifetime
{
    private const string Database = "iot";

    private static readonly GuidePage Analysts = GuidePage.Of("analysts.md");
    private static readonly GuidePage Sql = GuidePage.Of("sql.md");

    /// <summary>Two hours ago, at a full ten minutes.</summary>
    private readonly long _first = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7200) / 600 * 600;

    private readonly TempDirectory _directory = new();
    private Influxd? _influxd;
    private GatewayProcess? _gateway;

    private GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        _influxd = await Influxd.StartAsync();
        await _influxd.CreateDatabaseAsync(Database);
        _gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Embedded", "--Sinks:1", "Influx", "--Influx:Api", "V1", "--Influx:Database", Database, "--Influx:Url", _influxd.Url.ToString(),
            "--Embedded:ArchivePath", _directory["archive"]);
        await PublishAsync("pump-7", offset: 0);
        await PublishAsync("pump-8", offset: 3);
        foreach (var sink in new[] { "Embedded", "Influx" })
            await Eventually.TrueAsync(async () => await Gateway.MetricAsync("iot_gateway_readings_delivered_total", sink) >= 2 * 4 * 61, $"{sink} has it");
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_influxd is not null) await _influxd.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Every_query_is_answered_and_the_figures_are_right()
    {
        foreach (var statement in Analysts.Statements().Concat(Sql.Statements()).Where(statement => !statement.Contains("read_parquet", StringComparison.Ordinal)))
        {
            var (status, answer) = await AskAsync(statement);
            Assert.True(status == HttpStatusCode.OK, $"{statement}\n{answer}");
        }

        var newest = await RowsAsync("what does it measure");
        Assert.Equal(["climate,temperature,\"\",10.0,", "meter,total,\"\",60.0,", "power,draw,\"\",1000.0,"], newest.Where(row => !row.StartsWith("meter,state", StringComparison.Ordinal)).Select(row => row[..row.LastIndexOf(',')]));
        Assert.Equal(["pump-8,60.0,60.0", "pump-7,30.0,60.0"], await RowsAsync("too warm"));
        Assert.Equal(["pump-7,1.0,0.0", "pump-8,1.0,0.0"], await RowsAsync("how much energy"));
        Assert.Equal(["pump-7,89.0", "pump-8,89.0"], await RowsAsync("how much energy", at: 1));
        Assert.Equal(2, (await RowsAsync("not like the others")).Count);
    }

    [Fact]
    public async Task Every_query_for_InfluxDB_gives_rows()
    {
        var queries = Analysts.Blocks("influxql").ToList();

        Assert.NotEmpty(queries);
        foreach (var query in queries) Assert.NotEmpty((await _influxd!.QueryAsync(Database, query))?.Rows ?? []);
    }

    [Fact]
    public async Task Every_command_works_as_it_stands_there()
    {
        var commands = Analysts.Blocks("sh").ToList();

        Assert.NotEmpty(commands);
        var key = await Gateway.CommandAsync("keys", "create", "guide", "--role", "viewer");
        Assert.True(key.ExitCode == 0, key.Errors);
        foreach (var command in commands)
        {
            var (exitCode, output) = await RealProcess.RunAsync(
                "bash", ["-c", $"cd {_directory.Path} && {command.Replace("curl -sS", "curl -sS --fail-with-body", StringComparison.Ordinal)}"],
                new Dictionary<string, string> { ["GATEWAY"] = Gateway.Http.BaseAddress!.ToString().TrimEnd('/'), ["KEY"] = key.Output.Trim() });
            Assert.True(exitCode == 0, $"{command}\n{output}");
        }

        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(_directory["month.parquet"], TestContext.Current.CancellationToken))[..4]);
        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(_directory["hours.parquet"], TestContext.Current.CancellationToken))[..4]);
    }

    /// <summary>The rows, as CSV, of a statement that stands below the heading which holds this.</summary>
    private async Task<List<string>> RowsAsync(string heading, int at = 0)
    {
        var statement = Analysts.Below(heading).Statements().ElementAt(at);
        var (status, answer) = await AskAsync(statement);
        Assert.True(status == HttpStatusCode.OK, answer);
        return [.. answer.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1).Where(row => !row.StartsWith('#'))];
    }

    private async Task<(HttpStatusCode Status, string Answer)> AskAsync(string statement)
    {
        using var answer = await Gateway.Http.GetAsync($"api/v1/sql?format=csv&query={Uri.EscapeDataString(statement)}", TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>An hour, a reading of each series a minute: half an hour at 4 and then 10 °C, 1000 W, and a meter that begins anew after half of it.</summary>
    private async Task PublishAsync(string device, int offset)
    {
        var lines = new StringBuilder();
        for (var minute = 0; minute <= 60; minute++)
        {
            var time = ((_first + (minute * 60)) * 1_000_000_000).ToString(CultureInfo.InvariantCulture);
            var temperature = minute < 30 && offset == 0 ? 4 : 10 + offset;
            lines.Append(CultureInfo.InvariantCulture, $"climate temperature={temperature} {time}\npower draw=1000 {time}\nmeter total={(minute < 30 ? minute + 31 : minute)},state={(minute % 2 == 0 ? "true" : "false")} {time}\n");
        }

        var (exitCode, output) = await Mosquitto.PublishAsync(Gateway.MqttPort, $"v1/devices/{device}/telemetry/line", lines.ToString(), "-q", "1", "-i", device);
        Assert.True(exitCode == 0, output);
    }
}
