using System.Globalization;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Idle;

/// <summary>What the gateway holds when nobody speaks: alone with its embedded store, then with many devices connected.</summary>
internal static class IdleBench
{
    private const double MiB = 1024 * 1024;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(IdleArguments arguments)
    {
        var runs = new List<(ProcessFigures Alone, ProcessFigures Connected, double CpuShare)>();
        for (var i = 0; i < arguments.Repeat; i++) runs.Add(await RunOnceAsync(arguments));

        Console.WriteLine($"""
            | connections | RSS alone MB | of it program files | RSS connected MB | KiB a connection, RSS | KiB a connection, own memory | CPU % of a core, connected |
            |---:|---:|---:|---:|---:|---:|---:|
            """);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {arguments.Connections:N0} | {Median(run => run.Alone.RssBytes / 1e6):0} | {Median(run => (run.Alone.RssBytes - run.Alone.OwnBytes) / 1e6):0} | {Median(run => run.Connected.RssBytes / 1e6):0} "
            + $"| {Median(run => (run.Connected.RssBytes - run.Alone.RssBytes) / 1024d / arguments.Connections):0.0} | {Median(run => (run.Connected.OwnBytes - run.Alone.OwnBytes) / 1024d / arguments.Connections):0.0} "
            + $"| {Median(run => run.CpuShare * 100):0.0} |"));
        return 0;

        double Median(Func<(ProcessFigures Alone, ProcessFigures Connected, double CpuShare), double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);
    }

    private static async Task<(ProcessFigures Alone, ProcessFigures Connected, double CpuShare)> RunOnceAsync(IdleArguments arguments)
    {
        var plan = new LoadPlan { Name = "idle", Connections = arguments.Connections };
        await using var sink = new EmbeddedSink();
        await using var gateway = await GatewayUnderLoad.StartAsync(arguments.Gateway, plan, sink);
        await using var fleet = new Fleet(plan);
        await Task.Delay(Settling);
        var alone = (await gateway.FiguresAsync()).Process;

        await fleet.ConnectAsync(gateway.Port);
        await Task.Delay(Settling);
        var connected = (await gateway.FiguresAsync()).Process;
        await Task.Delay(Settling);
        var later = (await gateway.FiguresAsync()).Process;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"alone {alone.RssBytes / MiB:0.0} MiB, with {arguments.Connections} connections {later.RssBytes / MiB:0.0} MiB, own memory {alone.OwnBytes / MiB:0.0} and {later.OwnBytes / MiB:0.0} MiB."));
        return (alone, later, later.Since(connected).Cpu / Settling);
    }
}
