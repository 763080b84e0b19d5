using System.Globalization;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary><c>iot-gateway journal inspect</c>: beside a running gateway and on what a stopped one left; it only reads.</summary>
public sealed class JournalCommandTests
{
    private const string Pack = """[{"epoch":"00000000000000aa","seq":SEQ,"n":"temperature","u":"Cel","v":21.5},{"n":"pressure","u":"Pa","v":100}]""";

    [Fact]
    public async Task A_spool_is_inspected_beside_its_gateway_and_after_it()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, 1, 2, 3, 3);
        await Books.SettledAsync(gateway);

        await Eventually.TrueAsync(async () => (await InspectAsync(gateway)).Exists(line => line is ["Embedded", "4", "0"]), "the cursor has arrived");
        await AssertWholeAsync(gateway, Spool(gateway), Segment(gateway));
        Assert.Equal(0, await gateway.StopAsync());
        await AssertWholeAsync(gateway, Spool(gateway), Spool(gateway));
        await AssertWholeAsync(gateway, gateway.DataPath, Spool(gateway));

        var file = await gateway.CommandAsync("journal", "inspect", Segment(gateway));
        Assert.Equal((0, ""), (file.ExitCode, file.Errors));
        Assert.Contains("1 segments, 4 records", file.Output);
    }

    [Fact]
    public async Task Records_are_listed_with_what_ingest_decided_and_an_outbox_by_size()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = new AgentProcess("host-1", FreePort.Next(), "--Sensors:host:Kind", "System", "--Sensors:host:Interval", "00:00:00.200");
        agent.Start();
        await PublishAsync(gateway, 1, 2, 2);
        var all = await gateway.CommandAsync("journal", "inspect", Spool(gateway), "--records");
        Assert.Equal((0, ""), (all.ExitCode, all.Errors));
        var last = all.Output.Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["2", "duplicate", "pump-7", "00000000000000aa", "2", "2", "0", "0", "sen_ml"], [last[0], .. last[3..]]);

        var some = await gateway.CommandAsync("journal", "inspect", Spool(gateway), "--records", "--from", "1", "--count", "1", "--json");
        using (var records = JsonDocument.Parse(some.Output))
        {
            var record = Assert.Single(records.RootElement.EnumerateArray());
            Assert.Equal((1, "judged", 2, 2), (record.GetProperty("offset").GetInt32(), record.GetProperty("verdict").GetString(), record.GetProperty("seq").GetInt32(), record.GetProperty("readings").GetInt32()));
        }

        await Eventually.TrueAsync(
            async () => (await gateway.CommandAsync("journal", "inspect", agent.DataPath)).Output.Contains(" records,", StringComparison.Ordinal)
                && (await gateway.CommandAsync("journal", "inspect", agent.DataPath, "--records")).Output.Split('\n').Length > 1, "the outbox holds a batch");
    }

    [Fact]
    public async Task Damage_is_named_and_left_as_it_is()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, 1, 2, 3);
        await Books.SettledAsync(gateway);
        await gateway.StopAsync();
        var bytes = await File.ReadAllBytesAsync(Segment(gateway), TestContext.Current.CancellationToken);
        bytes[100] ^= 1; // in the first record
        await File.WriteAllBytesAsync(Segment(gateway), bytes, TestContext.Current.CancellationToken);
        var before = Files(Spool(gateway));

        var found = await gateway.CommandAsync("journal", "inspect", Spool(gateway));
        Assert.Equal((1, ""), (found.ExitCode, found.Errors));
        Assert.Contains("at byte 48 are not what was written; offset 0 cannot be read.", found.Output);
        Assert.Contains("suspect", found.Output);
        Assert.Equal(before, Files(Spool(gateway)));

        var json = await gateway.CommandAsync("journal", "inspect", Spool(gateway), "--json");
        using var summary = JsonDocument.Parse(json.Output);
        Assert.Equal((1, 1, 2, false), (json.ExitCode, summary.RootElement.GetProperty("missing").GetInt32(), summary.RootElement.GetProperty("records").GetInt32(), summary.RootElement.GetProperty("clean").GetBoolean()));
    }

    [Fact]
    public async Task What_is_no_journal_and_what_is_wrong_usage_say_so()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["notes"], "no segment", TestContext.Current.CancellationToken);
        await AssertRefusedAsync(1, "is not there", directory["none"]);
        await AssertRefusedAsync(1, "is no segment of a journal", directory["notes"]);
        await AssertRefusedAsync(1, "holds no journal", directory.Path);
        await AssertRefusedAsync(2, "Required argument");
        await AssertRefusedAsync(2, "--count", directory.Path, "--records", "--count", "0");
        await AssertRefusedAsync(2, "--records", directory.Path, "--from", "7");
    }

    [Fact]
    public async Task A_read_error_of_the_kernel_is_damage()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, 1, 2, 3);
        await gateway.StopAsync();

        var (exitCode, output) = await RealProcess.RunAsync(
            "strace", [.. ReadErrors(Segment(gateway)), BuiltProgram.Gateway, "journal", "inspect", Spool(gateway)]);
        Assert.Equal(1, exitCode);
        Assert.Contains("the disk does not give all of it (read error)", output);
        Assert.Contains(" 0 records,", output);
    }

    [Fact]
    public async Task A_gateway_starts_and_goes_on_with_a_segment_that_the_kernel_cannot_read()
    {
        await using var gateway = await GatewayProcess.StartAsync("--Journal:SegmentBytes", "4096", "--Journal:MaxBytes", "1048576");
        await PublishAsync(gateway, [.. Enumerable.Range(1, 30)]);
        await Books.SettledAsync(gateway);
        await gateway.StopAsync();
        var segment = Directory.GetFiles(Spool(gateway), "*.segment").Order(StringComparer.Ordinal).Last();
        var suspect = Path.ChangeExtension(segment, ".suspect");
        Assert.NotEqual(Segment(gateway), segment);

        await using var again = RealProcess.Start("strace",
        [
            .. ReadErrors(segment, suspect), BuiltProgram.Gateway, "--Data:Path", gateway.DataPath, "--Mqtt:AllowAnonymous", "true", "--Http:Url", gateway.Http.BaseAddress!.ToString(),
            "--Mqtt:Port", gateway.MqttPort.ToString(CultureInfo.InvariantCulture), "--Mqtt:TlsPort", "0",
        ]);
        await Eventually.AnswersAsync(new Uri(gateway.Http.BaseAddress!, "health/ready"), TimeSpan.FromMinutes(2)); // it waits the trouble out for 30 s
        await PublishAsync(gateway, 31, 32);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 64 }, "the books go on");
        await Books.SettledAsync(gateway);
        Assert.Equal(0, await again.StopAsync());

        Assert.Contains("is damaged at byte 48", again.Output);
        Assert.True(File.Exists(suspect));
        Assert.Equal(1, (await gateway.CommandAsync("journal", "inspect", Spool(gateway))).ExitCode);
    }

    [Fact]
    public async Task A_second_gateway_on_the_same_data_is_refused_and_the_first_is_not_disturbed()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await PublishAsync(gateway, 1);
        await using var second = RealProcess.Start(BuiltProgram.Gateway, ["--Data:Path", gateway.DataPath, "--Mqtt:Port", "0", "--Mqtt:TlsPort", "0", "--Http:Url", $"http://127.0.0.1:{FreePort.Next()}"]);
        Assert.Equal(1, await second.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains($"Journal '{Spool(gateway)}' is in use by another process. Stop that one", second.Errors);

        await PublishAsync(gateway, 2);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 4 }, "the first goes on");
    }

    /// <summary>Each pread of these files fails with EIO; the traced program is our child, so that signals reach it.</summary>
    private static string[] ReadErrors(params string[] paths) =>
        ["-D", "-f", "-qq", "-o", "/dev/null", .. paths.SelectMany(path => new[] { "-P", path }), "-e", "trace=pread64", "-e", "inject=pread64:error=EIO"];

    /// <param name="unchanged">A running gateway moves its cursors itself.</param>
    private static async Task AssertWholeAsync(GatewayProcess gateway, string path, string unchanged)
    {
        var before = Files(unchanged);
        var found = await gateway.CommandAsync("journal", "inspect", path);
        Assert.Equal((0, ""), (found.ExitCode, found.Errors));
        var lines = Lines(found);
        Assert.Equal(["0", "3", "4"], lines.Single(line => line is ["00000000000000000000.segment", ..])[1..4]);
        Assert.Equal(["4", "0"], lines.Single(line => line is ["Embedded", ..])[1..]);
        Assert.EndsWith("0 damaged ranges, 0 records missing.", found.Output);
        Assert.Equal(before, Files(unchanged));
    }

    private static async Task<List<string[]>> InspectAsync(GatewayProcess gateway) => Lines(await gateway.CommandAsync("journal", "inspect", Spool(gateway)));

    private static List<string[]> Lines(CommandOutcome outcome) =>
        [.. outcome.Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private static async Task AssertRefusedAsync(int exitCode, string says, params string[] words)
    {
        await using var process = RealProcess.Start(BuiltProgram.Gateway, ["journal", "inspect", .. words]);
        Assert.Equal(exitCode, await process.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(says, process.Errors);
        Assert.Equal("", process.Results);
    }

    private static async Task PublishAsync(GatewayProcess gateway, params int[] sequence)
    {
        foreach (var seq in sequence)
        {
            var pack = Pack.Replace("SEQ", seq.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var (exitCode, output) = await Mosquitto.PublishAsync(gateway.MqttPort, "v1/devices/pump-7/telemetry", pack, "-q", "1");
            Assert.True(exitCode == 0, output);
        }
    }

    private static string Spool(GatewayProcess gateway) => Path.Combine(gateway.DataPath, "spool");

    private static string Segment(GatewayProcess gateway) => Path.Combine(Spool(gateway), "00000000000000000000.segment");

    /// <summary>Names, contents and times of change.</summary>
    private static List<(string, string, DateTime)> Files(string path) =>
        [.. (File.Exists(path) ? [path] : Directory.GetFiles(path)).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(file => (file, Convert.ToHexString(File.ReadAllBytes(file)), File.GetLastWriteTimeUtc(file)))];
}
