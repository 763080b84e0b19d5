using System.Diagnostics;
using System.Globalization;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Sinks;
using Iot.Testing;

namespace Iot.LoadTest.Agent;

/// <summary>The real agent against the real gateway: what it costs its machine.</summary>
internal static class AgentBench
{
    private static readonly IReadOnlyList<string> Shapes = ["Sine", "Walk", "Ramp", "Noise"];

    public static async Task<int> RunAsync(AgentArguments arguments)
    {
        if (!File.Exists(arguments.Agent))
            throw new FileNotFoundException($"There is no {arguments.Agent}: dotnet build edge-agent/Iot.EdgeAgent -c Release makes it, --agent names another.");

        var runs = new List<AgentResult>();
        for (var i = 0; i < arguments.Repeat; i++)
        {
            runs.Add(await RunOnceAsync(arguments));
            Console.Error.WriteLine(runs[^1]);
        }

        Console.WriteLine($"{AgentResult.Header}\n{AgentResult.Row(runs)}");
        return 0;
    }

    private static async Task<AgentResult> RunOnceAsync(AgentArguments arguments)
    {
        await using var sink = new EmbeddedSink();
        var plan = new LoadPlan { Name = "agent", Connections = 1 };
        await using var gateway = await GatewayUnderLoad.StartAsync(arguments.Gateway, plan, sink);
        var others = await WarmUpAsync(plan, gateway);
        await using var proxy = new CountingProxy(gateway.Port);
        using var outbox = new TempDirectory();

        var started = Stopwatch.GetTimestamp();
        await using var agent = RealProcess.Start(arguments.Agent, ["run", "--Data:Path", outbox.Path, "--Batching:MaxAge", arguments.MaxAge.ToString("c"),
            "--Gateway:MinBackoff", "00:00:00.010", // a fleet that starts at one moment spreads over up to 1 s; that is not speed
            "--Gateway:Url", string.Create(CultureInfo.InvariantCulture, $"mqtt://127.0.0.1:{proxy.Port}"), .. Sensors(arguments.Sensors)]);
        var connected = Stopwatch.GetElapsedTime(started, await proxy.Answered.WaitAsync(TimeSpan.FromSeconds(60)));

        await Eventually.TrueAsync(async () => (await gateway.BooksAsync()).Accepted > others, "the agent's first batch", TimeSpan.FromMinutes(1));
        await Task.Delay(TimeSpan.FromSeconds(3) + arguments.MaxAge); // its neighbours of the same round
        var before = await LookAsync(gateway, proxy, outbox, agent);
        await Task.Delay(arguments.Duration);
        var after = await LookAsync(gateway, proxy, outbox, agent);
        await agent.StopAsync();

        var readings = after.Readings - before.Readings;
        return new(
            Kind(arguments), readings, connected.TotalMilliseconds,
            after.Process.RssBytes / 1e6, after.Process.PeakRssBytes / 1e6,
            (after.Process.Cpu - before.Process.Cpu) / arguments.Duration,
            (double)(after.WireBytes - before.WireBytes) / readings,
            (double)(after.OutboxBytes - before.OutboxBytes) / readings,
            (double)(after.Process.WrittenBytes - before.Process.WrittenBytes) / readings);
    }

    private static string Kind(AgentArguments arguments) => string.Create(CultureInfo.InvariantCulture,
        $"{(File.Exists($"{arguments.Agent}.dll") ? "JIT" : "native AOT")}, {(arguments.Sensors == 0 ? "default sensors" : $"{arguments.Sensors} readings/s")}, batches of up to {arguments.MaxAge.TotalSeconds} s");

    private static IEnumerable<string> Sensors(int count) => Enumerable.Range(0, count).SelectMany(number => (IEnumerable<string>)
    [
        string.Create(CultureInfo.InvariantCulture, $"--Sensors:s{number}:Kind"), "Simulated",
        string.Create(CultureInfo.InvariantCulture, $"--Sensors:s{number}:Name"), string.Create(CultureInfo.InvariantCulture, $"machine/channel_{number}"),
        string.Create(CultureInfo.InvariantCulture, $"--Sensors:s{number}:Shape"), Shapes[number % Shapes.Count],
        string.Create(CultureInfo.InvariantCulture, $"--Sensors:s{number}:Interval"), "00:00:01",
    ]);

    /// <summary>The first connection a gateway ever sees waits for its compiler; that is not the agent's time.</summary>
    /// <returns>Readings in the gateway's books.</returns>
    private static async Task<long> WarmUpAsync(LoadPlan plan, GatewayUnderLoad gateway)
    {
        await using var fleet = new Fleet(plan);
        await fleet.ConnectAsync(gateway.Port);
        await fleet.RunAsync(TimeSpan.FromSeconds(1));
        var accepted = 0L;
        await Eventually.TrueAsync(
            async () => (accepted = (await gateway.BooksAsync()).Accepted) >= fleet.Tally.Figures.Acknowledged * plan.Readings, "the books have followed");
        return accepted;
    }

    private static async Task<Look> LookAsync(GatewayUnderLoad gateway, CountingProxy proxy, TempDirectory outbox, RealProcess agent)
    {
        var files = new DirectoryInfo(outbox.Path).EnumerateFiles("*.segment", SearchOption.AllDirectories).Sum(file => file.Length);
        return new((await gateway.BooksAsync()).Accepted, proxy.UpBytes, files, ProcessFigures.Of(agent.Id));
    }

    private sealed record Look(long Readings, long WireBytes, long OutboxBytes, ProcessFigures Process);
}
