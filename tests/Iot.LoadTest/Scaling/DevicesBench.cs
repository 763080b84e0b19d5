using System.Globalization;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Scaling;

/// <summary>The same readings from more and more devices: they take turns to connect, publish a few batches and leave.</summary>
internal static class DevicesBench
{
    private const int AtOnce = 32;
    private const int MessagesASession = 10;

    /// <returns>0, or 1 when any run lost something.</returns>
    public static async Task<int> RunAsync(DevicesArguments arguments)
    {
        Console.WriteLine("""
            | devices | connects | readings | gateway CPU-s / M readings | own memory MB | snapshot of the books MB | lost |
            |---:|---:|---:|---:|---:|---:|---:|
            """);
        var lost = 0L;
        foreach (var count in arguments.Counts) lost += await RunOnceAsync(arguments, count);
        return lost == 0 ? 0 : 1;
    }

    private static async Task<long> RunOnceAsync(DevicesArguments arguments, int count)
    {
        var plan = new LoadPlan { Name = "devices", Connections = count };
        await using var fleet = new Fleet(plan);
        await using var sink = new CountingSink(plan, fleet.Devices);
        await using var gateway = await GatewayUnderLoad.StartAsync(arguments.Gateway, plan with { Connections = 1000 }, sink.Settings);
        await TakeTurnsAsync(fleet, gateway.Port, arguments.Sessions / 10); // the compiler settles
        await ArrivedAsync(fleet, sink);
        var (before, had) = (await gateway.FiguresAsync(), fleet.Tally.Figures.Acknowledged);

        await TakeTurnsAsync(fleet, gateway.Port, arguments.Sessions);
        await ArrivedAsync(fleet, sink);
        var after = await gateway.FiguresAsync();
        var readings = (fleet.Tally.Figures.Acknowledged - had) * plan.Readings;
        await gateway.StopAsync(); // writes the books down
        var lost = (fleet.Tally.Figures.Sent * plan.Readings) - sink.Arrived;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {count:N0} | {arguments.Sessions:N0} | {readings:N0} | {after.Since(before).Process.Cpu.TotalSeconds / readings * 1e6:0.00} | {after.Process.OwnBytes / 1e6:0} | {gateway.FilesLike("*.snapshot") / 1e6:0.0} | {lost} |"));
        return lost;
    }

    /// <summary>One device never has two connections: there are more devices than turns at once.</summary>
    private static Task TakeTurnsAsync(Fleet fleet, int port, int sessions) => Parallel.ForEachAsync(
        Enumerable.Range(0, sessions), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (turn, _) =>
        {
            var device = fleet.Devices[turn % fleet.Devices.Count];
            await device.ConnectAsync(port, source: 2 + (turn % 100)); // an address has only 28,000 ports, each taken for a minute after its connection
            await device.SendAsync(MessagesASession);
            while (device.InFlight > 0) await device.ReceiveAsync();
            await device.DisposeAsync();
        });

    private static async Task ArrivedAsync(Fleet fleet, CountingSink sink)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var patience = 3000; patience > 0 && sink.Arrived < fleet.Tally.Figures.Acknowledged * fleet.Plan.Readings; patience--) await timer.WaitForNextTickAsync();
    }
}
