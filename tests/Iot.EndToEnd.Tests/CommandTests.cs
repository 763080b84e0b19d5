using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The commands give the same answers through the running gateway and on the files of a stopped one.</summary>
public sealed class CommandTests
{
    private const string Rows = "SELECT field, value, text FROM readings ORDER BY field";

    [Fact]
    public async Task Commands_answer_the_same_whether_the_gateway_runs_or_not()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, """[{"epoch":"00000000000000aa","seq":1,"n":"open","vb":true},{"n":"state","vs":"a \"b\", c"},{"n":"temperature","u":"Cel","v":21.5}]""");
        await PublishAsync(gateway, """[{"epoch":"00000000000000aa","seq":4,"n":"pressure","u":"Pa","v":100}]""");
        await PublishAsync(gateway, """[{"n":"t","v":1""");
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 4, Rejected: 1 }, "all is in the books");
        await Books.SettledAsync(gateway);

        await AssertAnswersAsync(gateway);
        Assert.Equal(0, await gateway.StopAsync());
        await AssertAnswersAsync(gateway);
    }

    [Fact]
    public async Task Check_says_what_it_found_and_fails_when_a_sink_is_away()
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await using var gateway = await GatewayProcess.StartAsync(
            "--Sinks:0", "Influx", "--Influx:Api", "V1", "--Influx:Database", "iot", "--Influx:Url", influxd.Url.ToString());

        var well = await gateway.CommandAsync("check");
        Assert.Equal((0, ""), (well.ExitCode, well.Errors));
        Assert.Contains("sink Influx     ok", well.Output);

        await influxd.KillAsync();
        var ill = await gateway.CommandAsync("check");
        Assert.Equal(1, ill.ExitCode);
        Assert.Contains($"{influxd.Url.Port}", ill.Output);
    }

    [Fact]
    public async Task Health_answers_with_its_exit_code()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var running = await gateway.CommandAsync("health");
        await gateway.StopAsync();
        var stopped = await gateway.CommandAsync("health");

        Assert.Equal(0, running.ExitCode);
        Assert.Contains("healthy", running.Output);
        Assert.Equal(1, stopped.ExitCode);
        Assert.Contains("Nothing listens", stopped.Errors);
    }

    /// <summary>What a script takes for rows or for a backup is never a refusal.</summary>
    [Fact]
    public async Task While_the_store_cannot_be_opened_commands_fail_and_say_why_and_a_backup_can_be_had_all_the_same()
    {
        await using var gateway = GatewayProcess.NotStarted(BuiltProgram.Gateway);
        Directory.CreateDirectory(gateway.DataPath);
        var store = Path.Combine(gateway.DataPath, "readings.duckdb");
        await File.WriteAllTextAsync(store, "no database", TestContext.Current.CancellationToken);
        await gateway.StartAgainAsync();
        await Eventually.TrueAsync(async () => (await gateway.CommandAsync("sql", "SELECT 1")).Errors.Contains("not a DuckDB", StringComparison.Ordinal), "it has been tried");
        await PublishAsync(gateway, """[{"n":"pressure","v":1}]""");
        using var directory = new TempDirectory();
        var (parquet, backup) = (directory["rows.parquet"], directory["backup.tar"]);

        foreach (var words in new string[][] { ["sql", "SELECT 1"], ["sql", "--csv", "SELECT 1"], ["sql", "--parquet", parquet, "SELECT 1"], ["backup", backup] })
        {
            var refused = await gateway.CommandAsync(words);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.StartsWith($"iot-gateway: Embedded store '{store}': it is not a DuckDB database. ", refused.Errors, StringComparison.Ordinal);
            Assert.Equal(words[0] is "backup", refused.Errors.Contains("stop the gateway and run 'iot-gateway backup'", StringComparison.Ordinal));
        }

        Assert.False(File.Exists(parquet) || File.Exists(backup));
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(0, (await gateway.CommandAsync("backup", backup)).ExitCode);

        await using var other = GatewayProcess.NotStarted(BuiltProgram.Gateway);
        var restored = await other.CommandAsync("restore", backup);
        Assert.Equal((0, ""), (restored.ExitCode, restored.Errors));
        Assert.Contains("store    NOT usable, as when it was backed up. Embedded store '", restored.Output, StringComparison.Ordinal);
        Assert.Contains("books    1 devices, 1 readings received, balanced", restored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_is_refused_or_fails_half_way_replaces_no_file()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await Eventually.TrueAsync(async () => (await gateway.CommandAsync("sql", "SELECT 1")).ExitCode == 0, "the store is open");
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["rows.parquet"], "of yesterday", TestContext.Current.CancellationToken);

        const string fails = "SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000)";
        await AssertRefusedAsync("SELECT * FROM range(10000001)", "more than 10,000,000 rows");
        await AssertRefusedAsync(fails, "Could not convert string 'x'");
        Assert.Equal(0, await gateway.StopAsync());
        await AssertRefusedAsync(fails, "Could not convert string 'x'");
        Assert.Equal(0, (await gateway.CommandAsync("sql", "--parquet", directory["rows.parquet"], "SELECT 1 AS one")).ExitCode);
        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(directory["rows.parquet"], TestContext.Current.CancellationToken))[..4]);
        Assert.Equal(0, (await gateway.CommandAsync("sql", "--parquet", "/dev/null", "SELECT 1 AS one")).ExitCode);
        Assert.Equal(0, new FileInfo("/dev/null").Length); // a device is written to, never replaced

        async Task AssertRefusedAsync(string statement, string why)
        {
            var refused = await gateway.CommandAsync("sql", "--parquet", directory["rows.parquet"], statement);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(why, refused.Errors, StringComparison.Ordinal);
            Assert.Equal("of yesterday", await File.ReadAllTextAsync(directory["rows.parquet"], TestContext.Current.CancellationToken));
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(directory["rows.parquet"])!));
        }
    }

    private static async Task AssertAnswersAsync(GatewayProcess gateway)
    {
        await AssertLedgerAsync(gateway);
        await AssertSqlAsync(gateway);
        await AssertDeadLettersAsync(gateway);
        var check = await gateway.CommandAsync("check");
        Assert.Equal((0, ""), (check.ExitCode, check.Errors));
    }

    private static async Task AssertLedgerAsync(GatewayProcess gateway)
    {
        var ledger = await gateway.CommandAsync("ledger", "pump-7");
        Assert.Equal((0, ""), (ledger.ExitCode, ledger.Errors));
        var lines = ledger.Output.Split('\n');
        Assert.Equal(["pump-7", "5", "4", "1", "0", "4", "0", "0", "1", "yes"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("epoch 00000000000000aa: 4 batches produced, 2 received, 2 missing, 0 given up", lines[2]);
        Assert.Contains("batches 2 to 3 of epoch 00000000000000aa have not arrived", lines[3]);

        var unknown = await gateway.CommandAsync("ledger", "nobody");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("nobody", unknown.Errors);
    }

    private static async Task AssertSqlAsync(GatewayProcess gateway)
    {
        var csv = await gateway.CommandAsync("sql", "--csv", Rows);
        Assert.Equal((0, ""), (csv.ExitCode, csv.Errors));
        Assert.Equal("field,value,text\nopen,1.0,\npressure,100.0,\nstate,,\"a \"\"b\"\", c\"\ntemperature,21.5,", csv.Output);

        var json = await gateway.CommandAsync("sql", "--json", Rows);
        using (var rows = JsonDocument.Parse(json.Output))
            Assert.Equal(["open", "pressure", "state", "temperature"], rows.RootElement.EnumerateArray().Select(row => row.GetProperty("field").GetString()));

        using var directory = new TempDirectory();
        var parquet = await gateway.CommandAsync("sql", "--parquet", directory["readings.parquet"], Rows);
        Assert.Equal((0, ""), (parquet.ExitCode, parquet.Errors));
        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(directory["readings.parquet"], TestContext.Current.CancellationToken))[^4..]);

        var writing = await gateway.CommandAsync("sql", "DROP TABLE readings");
        Assert.Equal(1, writing.ExitCode);
        Assert.NotEqual("", writing.Errors);
    }

    private static async Task AssertDeadLettersAsync(GatewayProcess gateway)
    {
        var list = await gateway.CommandAsync("dead-letters", "list");
        Assert.Equal((0, ""), (list.ExitCode, list.Errors));
        var letter = list.Output.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("pump-7", "truncated"), (letter[1], letter[3]));

        var shown = await gateway.CommandAsync("dead-letters", "show", letter[0]);
        Assert.Equal((0, ""), (shown.ExitCode, shown.Errors));
        Assert.Contains("reason    truncated", shown.Output);
        Assert.EndsWith("""[{"n":"t","v":1""", shown.Output);

        var missing = await gateway.CommandAsync("dead-letters", "show", "999");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("No dead letter 999", missing.Errors);
    }

    private static async Task PublishAsync(GatewayProcess gateway, string pack)
    {
        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", pack, "-q", "1");
        Assert.True(exitCode == 0, output);
    }
}
