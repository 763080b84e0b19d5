using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The doctor of the real agent, at a real gateway over TLS.</summary>
public sealed class DoctorTests : IDisposable
{
    private const string Device = "pump-7";

    private static readonly Surroundings Secure = new() { IsSecure = true };

    private readonly TempDirectory _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Before_the_first_start_it_sends_a_batch_that_the_books_can_prove_and_leaves_no_file()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        var before = Files();

        var report = await ExamineAsync();

        Assert.True(report.ExitCode == 0, report.Text);
        Assert.StartsWith("ok", report["certificate"], StringComparison.Ordinal);
        Assert.StartsWith("ok", report["tls"], StringComparison.Ordinal);
        Assert.StartsWith("ok", report["renewal"], StringComparison.Ordinal);
        Assert.Contains("a batch was acknowledged", report["round trip"], StringComparison.Ordinal);
        Assert.Equal(before, Files());
        await BalancedAsync(gateway);
    }

    [Fact]
    public async Task A_running_agent_is_asked_and_keeps_its_session()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        await using var agent = Agent();
        await agent.LineAsync("is connected");
        await Eventually.TrueAsync(async () => (await ExamineAsync())["round trip"].Contains("acknowledged the agent's last batch", StringComparison.Ordinal), "the first batch shows");

        var report = await ExamineAsync();

        Assert.True(report.ExitCode == 0, report.Text);
        Assert.Contains("the agent is connected as pump-7", report["mqtt"], StringComparison.Ordinal);
        Assert.Equal(0, await agent.StopAsync());
        Assert.DoesNotContain("has no connection", agent.Output, StringComparison.Ordinal);
        await BalancedAsync(gateway);
    }

    /// <summary>What waits is sent by the doctor and again by the agent: the gateway counts it once, and sees nothing suspicious.</summary>
    [Fact]
    public async Task A_batch_that_waits_is_the_one_that_is_sent_and_comes_again_as_a_duplicate()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        await gateway.StopAsync();
        await using (var offline = Agent())
        {
            await offline.LineAsync("has no connection");
            await Eventually.TrueAsync(() => new DirectoryInfo(_state.Path).EnumerateFiles("*.segment", SearchOption.AllDirectories).Sum(file => file.Length) > 2000, "readings are kept");
            Assert.Equal(0, await offline.StopAsync());
        }

        await gateway.StartAgainAsync();
        var report = await ExamineAsync();

        Assert.True(report.ExitCode == 0, report.Text);
        Assert.Contains("batches wait", report["outbox"], StringComparison.Ordinal);
        Assert.Contains("a batch was acknowledged", report["round trip"], StringComparison.Ordinal);
        await using var agent = Agent();
        await agent.LineAsync("is connected");
        await Eventually.TrueAsync(async () => (await gateway.GetAsync($"api/v1/ledger/{Device}")).GetProperty("duplicate").GetInt64() > 0, "it comes again");
        Assert.Equal(0, await agent.StopAsync());
        await BalancedAsync(gateway);
        Assert.DoesNotContain("sequence", (await gateway.GetAsync("api/v1/security-events")).ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_device_that_is_not_let_in_is_told_whom_to_ask()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        Assert.Equal(0, (await gateway.CommandAsync("devices", "disable", Device)).ExitCode);

        var report = await ExamineAsync();

        Assert.Equal(1, report.ExitCode);
        Assert.StartsWith("fail NotAuthorized", report["mqtt"].Replace("refused: ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("iot-gateway devices list", report["mqtt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_with_another_root_is_not_spoken_to()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        await using var other = await GatewayProcess.StartAsync(Secure);

        var report = await ExamineAsync("--Gateway:Url", $"mqtts://127.0.0.1:{other.MqttTlsPort}");

        Assert.Equal(1, report.ExitCode);
        Assert.Contains("does not lead to a root", report["tls"], StringComparison.Ordinal);
        Assert.Contains("iot-gateway devices token pump-7", report["tls"], StringComparison.Ordinal);
        Assert.DoesNotContain("round trip", report.Text, StringComparison.Ordinal);
    }

    private RealProcess Agent() => RealProcess.Start(
        BuiltProgram.EdgeAgent,
        [
            "--Data:Path", _state.Path, "--Gateway:MinBackoff", "00:00:00.100", "--Gateway:MaxBackoff", "00:00:01",
            "--Sensors:s:Kind", "Simulated", "--Sensors:s:Interval", "00:00:00.100", "--Batching:MaxAge", "00:00:00.100", "--Time:TrustClock", "true",
        ]);

    private async Task EnrollAsync(GatewayProcess gateway)
    {
        var added = await gateway.CommandAsync("devices", "add", Device);
        var token = added.Output.Split('\n').Single(line => line.StartsWith("  iot-edge-agent enroll ", StringComparison.Ordinal)).Trim().Split(' ')[^1];
        var (exitCode, output) = await RealProcess.RunAsync(BuiltProgram.EdgeAgent, ["enroll", token, "--Data:Path", _state.Path]);
        Assert.True(exitCode == 0, output);
    }

    private async Task<Report> ExamineAsync(params string[] settings)
    {
        var (exitCode, output) = await RealProcess.RunAsync(BuiltProgram.EdgeAgent, ["doctor", "--json", "--Data:Path", _state.Path, .. settings]);
        return new(exitCode, output);
    }

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(_state.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static async Task BalancedAsync(GatewayProcess gateway)
    {
        await Books.SettledAsync(gateway);
        var books = await Books.OfAsync(gateway, Device);
        Assert.True(books is { Provable: true, Balanced: true, Gaps: 0, Rejected: 0, Accepted: > 0 }, books?.ToString());
    }

    private sealed record Report(int ExitCode, string Text)
    {
        /// <summary>Grade, what was found and what to do of the first line of that check; empty without one.</summary>
        public string this[string check]
        {
            get
            {
                using var document = JsonDocument.Parse(Text);
                var finding = document.RootElement.GetProperty("findings").EnumerateArray().FirstOrDefault(one => check.Equals(one.GetProperty("check").GetString(), StringComparison.Ordinal));
                return finding.ValueKind == JsonValueKind.Undefined ? "" : $"{finding.GetProperty("grade")} {finding.GetProperty("found")}. {finding.GetProperty("whatToDo")}";
            }
        }
    }
}
