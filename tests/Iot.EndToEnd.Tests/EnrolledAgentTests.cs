using System.Text.Json;
using System.Text.RegularExpressions;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The real agent at the real gateway, from the operator's command to readings in the books, over TLS all the way.</summary>
public sealed partial class EnrolledAgentTests : IDisposable
{
    private const string Device = "pump-7";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4); // tries that failed while the gateway started have made the pauses long
    private static readonly Surroundings Secure = new() { IsSecure = true };

    private readonly TempDirectory _state = new();
    private readonly MovedClock _clock = new(isLazy: true);
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>(StringComparer.Ordinal);

    public void Dispose()
    {
        _clock.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task The_printed_line_is_all_a_device_needs_and_disabling_ends_its_session()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        await using var agent = Agent();
        await agent.LineAsync("pump-7 is connected to mqtts://127.0.0.1");
        await ArrivesAsync(gateway);

        Assert.Equal(0, (await gateway.CommandAsync("devices", "disable", Device)).ExitCode);
        Assert.Contains("mqtts", await agent.LineAsync("has no connection"));
        Assert.Equal(0, (await gateway.CommandAsync("devices", "enable", Device)).ExitCode);
        await Eventually.TrueAsync(() => agent.Output.Split("is connected").Length == 3, "it is let in again");
        Assert.Equal(0, await agent.StopAsync());

        await BalancedAsync(gateway);
    }

    [Fact]
    public async Task An_agent_enrolls_over_plain_http_on_its_gateway_s_own_machine_only()
    {
        await using var gateway = await GatewayProcess.StartAsync();

        await EnrollAsync(gateway);

        Assert.Equal(Device, (await IdentityAsync()).GetProperty("device").GetString());
    }

    [Fact]
    public async Task A_token_that_was_used_or_never_made_is_refused_in_the_gateway_s_words()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        var line = await LineAsync(gateway);
        Assert.Equal(0, (await RunLineAsync(line)).ExitCode);
        File.Delete(_state["identity.json"]);

        var (exitCode, output) = await RunLineAsync(line);

        Assert.Equal(1, exitCode);
        Assert.Contains("The token was used before", output);
        Assert.Contains("iot-gateway devices token", output);
    }

    /// <summary>Killed at any moment: the same line ends with one certificate and its key.</summary>
    [Fact]
    public async Task An_enroll_that_is_killed_is_run_again_and_the_gateway_gave_one_certificate()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        var token = (await LineAsync(gateway)).Split(' ')[^1];
        gateway.Process.Signal(19); // SIGSTOP: nobody answers, so that it gets no further
        foreach (var reached in new[] { "identity.lock", "request.json" }) await KilledAtAsync(reached, token); // it begins; key and CSR are on disk
        gateway.Process.Signal(18); // SIGCONT
        var request = await File.ReadAllBytesAsync(_state["request.json"], TestContext.Current.CancellationToken);
        await KilledAtAsync("identity.json", token);
        await ServesAsync();

        File.Delete(_state["identity.json"]); // as a kill between the gateway's answer and the disk leaves it
        await File.WriteAllBytesAsync(_state["request.json"], request, TestContext.Current.CancellationToken);
        await ServesAsync();

        async Task ServesAsync()
        {
            var (exitCode, output) = await RealProcess.RunAsync(BuiltProgram.EdgeAgent, ["enroll", token, "--Data:Path", _state.Path]);
            Assert.True(exitCode == 0, output);
            var certificates = (await gateway.GetAsync($"api/v1/registry/{Device}")).GetProperty("certificates");
            Assert.Equal(1, certificates.GetArrayLength());
            Assert.Contains(certificates[0].GetProperty("serial").GetString()!, output, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>As soon as a file is there.</summary>
    private async Task KilledAtAsync(string file, string token)
    {
        await using var killed = RealProcess.Start(BuiltProgram.EdgeAgent, ["enroll", token, "--Data:Path", _state.Path]);
        await Eventually.TrueAsync(() => File.Exists(_state[file]), $"{file} is there");
        await killed.KillAsync();
    }

    /// <summary>It notices at its next connect that its certificate has ended in the meantime, without being started again.</summary>
    [Fact]
    public async Task A_clock_that_is_set_while_it_runs_makes_it_renew_at_once()
    {
        await using var gateway = await GatewayProcess.StartAsync(Moved(), "--Ca:DeviceCertificateLifetime", "30.00:00:00", "--Ca:RenewExpiredFor", "60.00:00:00");
        await EnrollAsync(gateway);
        await using var agent = Agent();
        await agent.LineAsync("is connected");
        await gateway.StopAsync();
        await agent.LineAsync("has no connection");

        _clock.Move("+60d");
        await gateway.StartAgainAsync();

        await agent.LineAsync("has a new certificate", Patience);
        await Eventually.TrueAsync(() => agent.Output.Split("is connected").Length == 3, "it is let in again");
        Assert.Equal(0, await agent.StopAsync());
        await BalancedAsync(gateway);
    }

    /// <summary>Switched off with readings in its outbox; in the meantime its certificate ended, and the gateway got a new CA.</summary>
    [Fact]
    public async Task A_device_60_days_offline_renews_reconnects_and_drains_unaided()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            Moved(), "--Ca:DeviceCertificateLifetime", "30.00:00:00", "--Ca:RenewExpiredFor", "60.00:00:00");
        await EnrollAsync(gateway);
        var before = await IdentityAsync();
        await gateway.StopAsync();
        await using (var offline = Agent())
        {
            await offline.LineAsync("has no connection");
            await KeepsAsync();
            Assert.Equal(0, await offline.StopAsync());
        }

        _clock.Move("+60d");
        await gateway.StartAgainAsync();
        Assert.Equal(0, (await gateway.CommandAsync("ca", "rotate")).ExitCode);
        await using var agent = Agent();
        await agent.LineAsync("has a new certificate", Patience);
        await agent.LineAsync("pump-7 is connected");
        await ArrivesAsync(gateway);
        Assert.Equal(0, await agent.StopAsync());
        await BalancedAsync(gateway);
        var after = await IdentityAsync();
        Assert.NotEqual(before.GetProperty("key").GetString(), after.GetProperty("key").GetString());
        Assert.Equal(2, Begin().Count(after.GetProperty("roots").GetString()!));
    }

    /// <summary>By its clock every certificate is not valid yet, or not any more; and who else but the gateway could tell it the time?</summary>
    [Theory, InlineData("-56y"), InlineData("+12y")]
    public async Task A_device_that_does_not_know_the_time_is_let_in_and_learns_it(string wrong)
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway);
        _clock.Move(wrong);
        _environment = _clock.Environment;
        await using var agent = Agent(trustsClock: false);

        await agent.LineAsync("The time is known, from Gateway", Patience);
        await ArrivesAsync(gateway);
        Assert.Equal(0, await agent.StopAsync());
        await BalancedAsync(gateway);
    }

    [Fact]
    public async Task Where_the_policy_forbids_it_an_expired_device_says_what_to_do_and_goes_on_storing()
    {
        await using var gateway = await GatewayProcess.StartAsync(Moved(), "--Ca:DeviceCertificateLifetime", "30.00:00:00");
        await EnrollAsync(gateway);
        _clock.Move("+60d");
        await using var agent = Agent();
        Assert.Matches("expired.*iot-gateway devices token", await agent.LineAsync("refuses to renew"));
        await KeepsAsync();

        await EnrolledByAsync(Line((await gateway.CommandAsync("devices", "token", Device)).Output));
        await agent.LineAsync("was enrolled anew", Patience);
        await agent.LineAsync("is connected");
        await ArrivesAsync(gateway);
        Assert.Equal(0, await agent.StopAsync());
        await BalancedAsync(gateway);
    }

    /// <param name="trustsClock">Its clock is moved with the gateway's, as time passes.</param>
    private RealProcess Agent(bool trustsClock = true) => RealProcess.Start(
        BuiltProgram.EdgeAgent,
        [
            "--Data:Path", _state.Path, "--Gateway:MinBackoff", "00:00:00.100", "--Gateway:MaxBackoff", "00:00:01",
            "--Sensors:s:Kind", "Simulated", "--Sensors:s:Interval", "00:00:00.100", "--Batching:MaxAge", "00:00:00.100",
            "--Time:TrustClock", $"{trustsClock}", "--Time:AskKernel", "false",
        ],
        _environment);

    /// <summary>All that is started from now on lives by the clock of this test.</summary>
    private Surroundings Moved()
    {
        _environment = _clock.Environment;
        return _clock.Surroundings with { IsSecure = true };
    }

    private Task KeepsAsync() => Eventually.TrueAsync(
        () => new DirectoryInfo(_state.Path).EnumerateFiles("*.segment", SearchOption.AllDirectories).Sum(file => file.Length) > 2000, "readings are kept");

    private async Task EnrollAsync(GatewayProcess gateway) => await EnrolledByAsync(await LineAsync(gateway));

    private async Task EnrolledByAsync(string line)
    {
        var (exitCode, output) = await RunLineAsync(line);
        Assert.True(exitCode == 0 && output.Contains("Enrolled as pump-7"), output);
    }

    /// <summary>As a person types it: by a shell that finds the program, unchanged.</summary>
    private Task<(int ExitCode, string Output)> RunLineAsync(string line) => RealProcess.RunAsync(
        "bash",
        ["-c", line],
        new Dictionary<string, string>(_environment, StringComparer.Ordinal) { ["PATH"] = $"{Path.GetDirectoryName(BuiltProgram.EdgeAgent)}:{Environment.GetEnvironmentVariable("PATH")}", ["Data__Path"] = _state.Path });

    private static async Task<string> LineAsync(GatewayProcess gateway)
    {
        var added = await gateway.CommandAsync("devices", "add", Device);
        Assert.True(added.ExitCode == 0, $"{added.ExitCode}: {added.Output} {added.Errors}");
        return Line(added.Output);
    }

    private static string Line(string printed) => printed.Split('\n').Single(line => line.StartsWith("  iot-edge-agent enroll ", StringComparison.Ordinal)).Trim();

    private async Task<JsonElement> IdentityAsync()
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(_state["identity.json"]));
        return document.RootElement.Clone();
    }

    private static Task ArrivesAsync(GatewayProcess gateway) => Eventually.TrueAsync(
        async () => (await gateway.GetAsync($"api/v1/series?device={Device}")).GetProperty("series").GetArrayLength() > 0, "readings are stored");

    private static async Task BalancedAsync(GatewayProcess gateway)
    {
        await Books.SettledAsync(gateway);
        var books = await Books.OfAsync(gateway, Device);
        Assert.True(books is { Provable: true, Balanced: true, Gaps: 0, Rejected: 0 }, books?.ToString());
        Assert.Equal(books!.Accepted, Assert.Single(books.Sinks).Stored);
    }

    [GeneratedRegex("BEGIN CERTIFICATE", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Begin();
}
