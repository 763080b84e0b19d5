using System.Text.Json;
using DuckDB.NET.Data;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary><c>ledger --reconcile</c> of the real program, through the running gateway and on the files of a stopped one.</summary>
public sealed class ReconcileTests
{
    private const string Lacks = "Embedded lacks pump-7 telemetry/temperature at 2023-11-14T22:13:22Z, journal offset 2, reading 0, epoch 00000000000000aa, batch 3.";

    [Fact]
    public async Task A_record_deleted_by_hand_is_found_whether_the_gateway_runs_or_not()
    {
        await using var gateway = await GatewayProcess.StartAsync("--Embedded:RetainFor", "00:00:00");
        for (var seq = 1; seq <= 5; seq++) await PublishAsync(gateway, $$"""[{"epoch":"00000000000000aa","seq":{{seq}},"n":"temperature","v":21,"t":{{1_699_999_999 + seq}}}]""");
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 5 }, "all is in the books");
        await Books.SettledAsync(gateway);

        var equal = await gateway.CommandAsync("ledger", "--reconcile");
        Assert.Equal((0, ""), (equal.ExitCode, equal.Errors));
        Assert.Equal(["Embedded", "5", "5", "5", "0", "0", "0", "0", "yes"], Row(equal));

        Assert.Equal(0, await gateway.StopAsync());
        Delete(gateway, "time = 1700000002000000000");
        var stopped = await gateway.CommandAsync("ledger", "--reconcile");
        await gateway.StartAgainAsync();
        var running = await gateway.CommandAsync("ledger", "pump-7", "--reconcile", "--sink", "Embedded", "--from", "2023-11-14T22:13:20Z");

        foreach (var outcome in new[] { stopped, running })
        {
            Assert.Equal((1, ""), (outcome.ExitCode, outcome.Errors));
            Assert.Equal(["Embedded", "5", "5", "4", "1", "0", "0", "0", "NO"], Row(outcome));
            Assert.Contains(Lacks, outcome.Output.Split('\n'));
        }

        var json = await gateway.CommandAsync("ledger", "--reconcile", "--json");
        using var result = JsonDocument.Parse(json.Output);
        Assert.False(result.RootElement.GetProperty("proven").GetBoolean());
        Assert.Equal(2, result.RootElement.GetProperty("sinks")[0].GetProperty("missingReadings")[0].GetProperty("offset").GetInt32());
    }

    [Fact]
    public async Task Bad_questions_are_told_what_is_wrong_with_them()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        foreach (var (words, exitCode, why) in new (string[], int, string)[]
        {
            (["ledger", "--full"], 2, "--full needs --reconcile."),
            (["ledger", "--reconcile", "--from", "yesterday"], 2, "--from yesterday: must be unix seconds"),
            (["ledger", "--reconcile", "--device", "a b"], 2, "'a b' is no device"),
            (["ledger", "pump-7", "--reconcile", "--device", "pump-8"], 2, "give one device"),
            (["ledger", "--reconcile", "--sink", "Nowhere"], 1, "No sink 'Nowhere'; the key Sinks names Embedded."),
            (["ledger", "--reconcile", "--device", "nobody"], 1, "No device 'nobody' in the ledger."),
            (["ledger", "--reconcile", "--from", "20", "--to", "10"], 1, "--from must be before --to"),
        })
        {
            var outcome = await gateway.CommandAsync(words);
            Assert.Equal((exitCode, ""), (outcome.ExitCode, outcome.Output));
            Assert.Contains(why, outcome.Errors);
        }
    }

    private static string[] Row(CommandOutcome outcome) =>
        outcome.Output.Split('\n').Single(line => line.StartsWith("Embedded ", StringComparison.Ordinal) && !line.Contains("lacks")).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void Delete(GatewayProcess gateway, string where)
    {
        using var connection = new DuckDBConnection($"DataSource={Path.Combine(gateway.DataPath, "readings.duckdb")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM reading_rows WHERE {where}";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static async Task PublishAsync(GatewayProcess gateway, string pack)
    {
        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", pack, "-q", "1");
        Assert.True(exitCode == 0, output);
    }
}
