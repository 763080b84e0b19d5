using System.Globalization;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Sinks;

namespace Iot.LoadTest.Scaling;

/// <summary>Readings come as fast as they are acknowledged while the sink is away; then it comes back. What a reading costs at each size of the backlog.</summary>
internal static class BacklogBench
{
    private const double GiB = 1L << 30;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);

    /// <returns>0, or 1 when anything was lost.</returns>
    public static async Task<int> RunAsync(BacklogArguments arguments)
    {
        var plan = new LoadPlan { Name = "backlog" };
        await using var fleet = new Fleet(plan);
        await using var sink = new CountingSink(plan, fleet.Devices);
        await using var door = new OutageDoor(sink.Url);
        await door.RefuseAsync();
        await using var gateway = await GatewayUnderLoad.StartAsync(
            arguments.Gateway, plan, [.. CountingSink.SettingsFor(door.Url), "--Journal:MaxBytes", Text((arguments.GiB + 2L) << 30)]);
        await fleet.ConnectAsync(gateway.Port);
        await fleet.RunAsync(Slice); // the compiler settles

        Console.WriteLine("""
            | spool GiB | phase | readings | gateway CPU-s / M readings | own memory MB |
            |---:|---|---:|---:|---:|
            """);
        await GrowAsync(arguments.GiB, fleet, gateway);
        door.Open();
        await DrainAsync(fleet, sink, gateway);
        var lost = (fleet.Tally.Figures.Acknowledged * plan.Readings) - sink.Arrived;
        Console.WriteLine($"Acknowledged {fleet.Tally.Figures.Acknowledged * plan.Readings}, lost {lost}, refused {fleet.Tally.Figures.Refused}.");
        return lost == 0 ? 0 : 1;
    }

    private static async Task GrowAsync(int size, Fleet fleet, GatewayUnderLoad gateway)
    {
        for (var goal = 1; goal <= size; goal *= 2)
        {
            var (before, had) = (await gateway.FiguresAsync(), fleet.Tally.Figures.Acknowledged);
            var now = before;
            while (now.SpoolBytes < goal * GiB && now.SpoolBytes < size * GiB)
            {
                await fleet.RunAsync(Slice);
                now = await gateway.FiguresAsync();
            }

            Row(now, "grows", now.Since(before), (fleet.Tally.Figures.Acknowledged - had) * fleet.Plan.Readings);
        }
    }

    private static async Task DrainAsync(Fleet fleet, CountingSink sink, GatewayUnderLoad gateway)
    {
        var all = fleet.Tally.Figures.Acknowledged * fleet.Plan.Readings;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (sink.Arrived < all)
        {
            var (before, had) = (await gateway.FiguresAsync(), sink.Arrived);
            var goal = had + Math.Max((all - had) / 2, 10_000_000); // half of what is left
            while (sink.Arrived < Math.Min(goal, all)) await timer.WaitForNextTickAsync();
            var now = await gateway.FiguresAsync();
            Row(now, "drains", now.Since(before), sink.Arrived - had);
        }
    }

    private static void Row(GatewayFigures now, string phase, GatewayFigures spent, long readings) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {now.SpoolBytes / GiB:0.0} | {phase} | {readings:N0} | {spent.Process.Cpu.TotalSeconds / readings * 1e6:0.00} | {now.Process.OwnBytes / 1e6:0} |"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
