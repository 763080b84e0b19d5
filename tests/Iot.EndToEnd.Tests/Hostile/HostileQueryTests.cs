using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Hostile;

/// <summary>SQL and InfluxQL in every parameter of everything that can be asked, against the real stores.</summary>
public sealed class HostileQueryTests
{
    private static readonly string[] Injections =
    [
        "'", "\"", "\\", "';--", "' OR '1'='1", "\" OR \"1\"=\"1", "x' UNION SELECT * FROM store_state --", "'; DROP TABLE reading_rows; --", "\"; DROP MEASUREMENT \"telemetry", "\\\"; DROP DATABASE iot; --",
        "telemetry\" WHERE time > 0; DROP SERIES FROM /.*/; SELECT * FROM \"x", "/.*/", "*", "); COPY readings TO '/tmp/stolen.csv'; --", "' || (SELECT content FROM read_text('/etc/passwd')) || '", "1; SELECT sleep(10)",
        "\0", "\r\nX: y", "%27%20OR%201=1", "${7*7}", "{{7*7}}", "𝕊𝔼𝕃𝔼ℂ𝕋", new('\'', 2000),
    ];

    private static readonly string[] Formats = ["json", "csv", "table", "parquet"];

    private static readonly Dictionary<string, string[]> Asked = new()
    {
        ["readings"] = ["device", "measurement", "field", "from", "to", "every", "aggregate", "format", "limit", "unknown"],
        ["series"] = ["device", "measurement"],
        ["ledger"] = ["device", "sink"],
        ["devices"] = ["filter", "id"],
        ["registry"] = ["id", "state"],
        ["dead-letters"] = ["device", "reason", "from", "to", "before", "limit", "state", "sink"],
        ["audit"] = ["kind", "who", "on", "from", "to", "limit", "before"],
        ["replays"] = ["sink"],
        ["live"] = ["device"],
        ["sql"] = ["format"],
    };

    [Fact]
    public async Task The_embedded_store_answers_with_a_value_or_a_refusal_and_is_what_it_was()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await AttackAsync(gateway);

        var rows = await gateway.CommandAsync("sql", "--csv", "SELECT device, field, value FROM readings");
        Assert.Equal("pump-7,pressure,1.5", rows.Output.Trim().Split('\n')[^1].Trim());
        Assert.False(File.Exists("/tmp/stolen.csv"));
    }

    [Fact]
    public async Task A_real_influxd_is_asked_for_values_and_told_nothing_else()
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await influxd.CreateDatabaseAsync("bystander");
        await using var gateway = await GatewayProcess.StartAsync("--Sinks:0", "Influx", "--Influx:Api", "V1", "--Influx:Database", "iot", "--Influx:Url", influxd.Url.ToString());
        await AttackAsync(gateway);

        var databases = (await influxd.QueryAsync("iot", "SHOW DATABASES"))!.Rows.Select(row => row[0].GetString()!);
        Assert.Equal(["bystander", "iot"], databases.Except(["_internal"]).Order(StringComparer.Ordinal)); // influxd's own comes when it gets to it
        Assert.Single((await influxd.QueryAsync("iot", "SELECT pressure FROM telemetry"))!.Rows);
    }

    [Fact]
    public async Task Sql_over_HTTP_reads_and_does_nothing_else()
    {
        string[] statements =
        [
            "COPY readings TO '/tmp/stolen.csv'", "SELECT * FROM read_text('/etc/passwd')", "ATTACH '/tmp/other.duckdb'", "INSTALL httpfs",
            "DELETE FROM reading_rows", "SELECT 1; DROP TABLE reading_rows", "SELECT getenv('HOME')",
        ];
        await using var gateway = await StartAsync();
        foreach (var (statement, format) in statements.SelectMany(statement => Formats.Select(format => (statement, format))))
        {
            var answer = await AskAsync(gateway, $"sql?format={format}&query={Uri.EscapeDataString(statement)}");
            Assert.True(answer.Status == 400, $"{statement} as {format}: {answer.Text}");
            Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_statement_that_would_run_for_ever_is_stopped_and_others_are_answered_meanwhile()
    {
        await using var gateway = await StartAsync("--Embedded:QueryTimeLimit", "00:00:03");
        var endless = Uri.EscapeDataString("SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3");

        var running = AskAsync(gateway, $"sql?format=csv&query={endless}");
        Assert.Equal(200, (await AskAsync(gateway, "ledger")).Status);
        var answer = await running;

        Assert.Equal(504, answer.Status);
        Assert.Contains("Embedded:QueryTimeLimit", answer.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(gateway, $"sql?format=csv&query={Uri.EscapeDataString("SELECT 1")}")).Status);
    }

    /// <summary>The store opens beside all else: ready is a gateway before it.</summary>
    private static async Task<GatewayProcess> StartAsync(params string[] settings)
    {
        var gateway = await GatewayProcess.StartAsync(settings);
        await Eventually.TrueAsync(async () => (await AskAsync(gateway, $"sql?query={Uri.EscapeDataString("SELECT 1")}")).Status == 200, "the store is open");
        return gateway;
    }

    /// <summary>All of it; what was stored before is found as before.</summary>
    private static async Task AttackAsync(GatewayProcess gateway)
    {
        var (exitCode, output) = await RealProcess.RunAsync(
            "mosquitto_pub", ["-p", $"{gateway.MqttPort}", "-V", "5", "-q", "1", "-t", "v1/devices/pump-7/telemetry", "-m", """[{"n":"pressure","v":1.5}]"""]);
        Assert.True(exitCode == 0, output);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { } books && books.Sinks[0].Stored == 1, "the reading is stored");
        var before = await AskAsync(gateway, "readings?device=pump-7");
        Assert.Contains("1.5", before.Text, StringComparison.Ordinal);

        foreach (var (what, parameter) in Asked.SelectMany(asked => asked.Value.Select(parameter => (asked.Key, parameter))))
        {
            foreach (var injection in Injections) await InjectAsync(gateway, what, parameter, injection);
        }

        Assert.Contains("1.5", (await AskAsync(gateway, "readings?device=pump-7&measurement=telemetry&field=pressure")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync(gateway, "series")).Status);
    }

    private static async Task InjectAsync(GatewayProcess gateway, string what, string parameter, string injection)
    {
        var answer = await AskAsync(gateway, $"{what}?{parameter}={Uri.EscapeDataString(injection)}");

        Assert.True(answer.Status is 200 or >= 400 and < 500, $"{what}?{parameter}={injection}: {answer.Text}");
        Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\nX: y", answer.Text, StringComparison.Ordinal);
        if (what is "readings" && parameter is "device" or "measurement" or "field") Assert.DoesNotContain("1.5", answer.Text, StringComparison.Ordinal);
    }

    private static Task<RawAnswer> AskAsync(GatewayProcess gateway, string what) => RawHttp.AskAsync(gateway, "GET", "/api/v1/" + what);
}
