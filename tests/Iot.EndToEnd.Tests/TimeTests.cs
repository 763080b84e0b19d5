using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The real agent on a machine whose clock is wrong, at the real gateway: what is stored has the true time.</summary>
/// <remarks>Truth is this process' own clock, which nobody fakes: between which moments the agent ran is known.</remarks>
public sealed class TimeTests : IDisposable
{
    private const string Device = "host-1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>As the issue has it.</summary>
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    private readonly MovedClock _clock = new(isLazy: true);
    private readonly TempDirectory _directory = new();
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _ran = [];

    public void Dispose()
    {
        _clock.Dispose();
        _directory.Dispose();
    }

    [Theory, InlineData("-56y"), InlineData("+2y")]
    public async Task Switched_on_with_a_wrong_clock_and_killed_meanwhile_it_learns_the_time_from_the_gateway_and_all_that_is_stored_is_true(string wrong)
    {
        _clock.Move(wrong);
        await using var gateway = GatewayProcess.Prepare(new());
        await using var agent = Agent(gateway);
        await RecordAsync(agent);
        await RecordAsync(agent);
        await gateway.StartAgainAsync();
        await RecordAsync(agent, () => StateAsync(gateway, "gateway"));

        var clock = await AllIsTrueAsync(gateway);
        Assert.True(clock.GetProperty("rebased").GetInt64() > 10, clock.ToString());
        Assert.Equal(0, clock.GetProperty("estimated").GetInt64());
        Assert.InRange(Math.Abs(clock.GetProperty("skew").GetDouble()), 86_400 * 700.0, 86_400 * 365.25 * 60);
        Assert.Equal(1, await gateway.MetricAsync("iot_gateway_clocks_told", "state=\"gateway\""));
    }

    [Theory, InlineData("-56y"), InlineData("+2y")]
    public async Task Synchronised_while_it_runs_it_gives_what_it_recorded_before_its_true_time(string wrong)
    {
        _clock.Move(wrong);
        await using var gateway = GatewayProcess.Prepare(new());
        await using var agent = Agent(gateway, "--Time:SynchronisedFile", _directory["synchronised"]);
        await RecordAsync(agent);
        await RecordAsync(agent, async () =>
        {
            await GrownAsync(agent);
            _clock.Move("+0");
            await Eventually.TrueAsync(() => Math.Abs((StatusAt(agent) - DateTimeOffset.UtcNow).TotalDays) < 1, "it has noticed", Patience);
            await File.WriteAllTextAsync(_directory["synchronised"], "");
            await agent.Process.LineAsync("The time is known, from File");
            await gateway.StartAgainAsync();
            await StateAsync(gateway, "synchronised");
        });

        var clock = await AllIsTrueAsync(gateway);
        Assert.True(clock.GetProperty("rebased").GetInt64() > 10, clock.ToString());
        Assert.InRange(clock.GetProperty("skew").GetDouble(), -0.5, 0.5);
    }

    /// <summary>A boot id of its own makes a reboot; the counting clock goes on, so the estimate cannot be checked here, but that nothing waits for ever.</summary>
    [Fact]
    public async Task What_a_boot_recorded_that_ended_before_it_knew_the_time_is_sent_in_order_and_marked()
    {
        _clock.Move("-56y");
        await using var gateway = GatewayProcess.Prepare(new());
        await using var agent = Agent(gateway, "--Time:BootIdFile", _directory["boot_id"]);
        await BootAsync();
        await RecordAsync(agent);
        await BootAsync();
        await RecordAsync(agent);
        await gateway.StartAgainAsync();
        await BootAsync();
        await RecordAsync(agent, () => StateAsync(gateway, "gateway"));
        await BalancedAsync(gateway);

        var clock = (await gateway.GetAsync($"api/v1/devices/{Device}")).GetProperty("clock");
        Assert.True(clock.GetProperty("estimated").GetInt64() > 10, clock.ToString());
        var times = await TimesAsync(gateway);
        Assert.Equal((await Books.OfAsync(gateway, Device))!.Accepted, times.Distinct().Count());

        Task BootAsync() => File.WriteAllTextAsync(_directory["boot_id"], Guid.CreateVersion7(DateTimeOffset.UtcNow) + "\n");
    }

    [Fact]
    public async Task Where_nobody_tells_the_time_the_dashboard_s_api_and_the_metrics_say_that_it_is_not_confirmed()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = Agent(gateway, "--Gateway:Protocol", "V311", "--Time:Patience", "00:00:02");
        await RecordAsync(agent, () => StateAsync(gateway, "unsynchronised"));

        await AllIsTrueAsync(gateway); // this machine's clock is right, only that it does not know
        Assert.Contains("Time:TrustClock", agent.Process.Output, StringComparison.Ordinal);
        Assert.Equal(1, await gateway.MetricAsync("iot_gateway_clocks_told", "state=\"unsynchronised\""));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_under_it_replaces_no_reading()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var agent = Agent(gateway, "--Time:TrustClock", "true");
        await RecordAsync(agent, async () =>
        {
            foreach (var to in new[] { "-20s", "-40s", "-30s", "-60s" })
            {
                await ReceivedAsync(gateway, 20);
                _clock.Move(to);
            }

            await ReceivedAsync(gateway, 20);
        });
        await BalancedAsync(gateway);

        var times = await TimesAsync(gateway);
        Assert.Equal((await Books.OfAsync(gateway, Device))!.Accepted, times.Count);
        Assert.Equal(times.Count, times.Distinct().Count());
    }

    /// <summary>The kernel is not asked: it does not know that the agent's clock is moved.</summary>
    private AgentProcess Agent(GatewayProcess gateway, params string[] settings) => new(
        Device, gateway.MqttPort, ["--Sensors:s:Kind", "Simulated", "--Sensors:s:Interval", "00:00:00.100", "--Batching:MaxAge", "00:00:00.200", "--Time:AskKernel", "false", .. settings])
    {
        Environment = _clock.Environment,
    };

    /// <summary>It runs until enough is on its disk, or longer; then it is killed, unless it is the last time.</summary>
    private async Task RecordAsync(AgentProcess agent, Func<Task>? last = null)
    {
        var from = DateTimeOffset.UtcNow;
        agent.Start();
        if (last is null) for (var batch = 0; batch < 5; batch++) await GrownAsync(agent);
        else await last();

        if (last is null) await agent.Process.KillAsync();
        else Assert.Equal(0, await agent.StopAsync());
        _ran.Add((from, DateTimeOffset.UtcNow));
    }

    /// <summary>By the agent's clock.</summary>
    private static DateTimeOffset StatusAt(AgentProcess agent)
    {
        using var status = JsonDocument.Parse(File.ReadAllText(Path.Combine(agent.DataPath, "status.json")));
        return status.RootElement.GetProperty("at").GetDateTimeOffset();
    }

    private static Task GrownAsync(AgentProcess agent)
    {
        var before = agent.OutboxBytes();
        return Eventually.TrueAsync(() => agent.OutboxBytes() > before, "the agent keeps what it samples", Patience);
    }

    private static Task StateAsync(GatewayProcess gateway, string state) => Eventually.TrueAsync(
        async () => await gateway.Http.GetAsync(new Uri($"api/v1/devices/{Device}", UriKind.Relative)) is { IsSuccessStatusCode: true } answer
            && JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.TryGetProperty("clock", out var clock)
            && clock.TryGetProperty("state", out var said) && said.ValueEquals(state),
        $"its clock is {state}", Patience);

    private static async Task ReceivedAsync(GatewayProcess gateway, long more)
    {
        var before = (await Books.OfAsync(gateway, Device))?.Received ?? 0;
        await Eventually.TrueAsync(async () => (await Books.OfAsync(gateway, Device))?.Received >= before + more, "readings arrive", Patience);
    }

    private static async Task BalancedAsync(GatewayProcess gateway)
    {
        await Books.SettledAsync(gateway);
        var books = await Books.OfAsync(gateway, Device);
        Assert.True(books is { Provable: true, Balanced: true, Gaps: 0, Rejected: 0 }, books?.ToString());
    }

    private static async Task<List<DateTimeOffset>> TimesAsync(GatewayProcess gateway)
    {
        var readings = (await gateway.GetAsync($"api/v1/readings?device={Device}&from=0&limit=10000")).GetProperty("readings");
        return [.. readings.EnumerateArray().Select(reading => reading.GetProperty("time").GetDateTimeOffset())];
    }

    /// <returns>What the gateway says of the device's clock.</returns>
    private async Task<JsonElement> AllIsTrueAsync(GatewayProcess gateway)
    {
        await BalancedAsync(gateway);
        var times = await TimesAsync(gateway);
        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.Contains(_ran, life => time >= life.From - Allowed && time <= life.To + Allowed));
        Assert.All(_ran, life => Assert.Contains(times, time => time >= life.From && time <= life.To));
        return (await gateway.GetAsync($"api/v1/devices/{Device}")).GetProperty("clock");
    }
}
