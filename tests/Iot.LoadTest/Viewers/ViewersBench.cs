using System.Globalization;
using Iot.LoadTest.Reports;

namespace Iot.LoadTest.Viewers;

/// <summary>The same loads while nobody looks and while many pages are open, in turns: what viewers cost ingest.</summary>
internal static class ViewersBench
{
    private static readonly string[] Loads = ["steady", "batch100"];

    /// <returns>0, or 1 when any run lost something.</returns>
    public static async Task<int> RunAsync(ViewersArguments arguments)
    {
        Console.WriteLine($"""
            | load | readings/s stored, nobody looks | {arguments.Viewers} pages open | ratio, median of pairs | CPU-s / M readings, nobody looks | {arguments.Viewers} pages open | PUBACK p99 ms, nobody looks | {arguments.Viewers} pages open |
            |---|---:|---:|---:|---:|---:|---:|---:|
            """);
        var lost = false;
        foreach (var load in Loads)
        {
            var plan = LoadPlan.Presets.First(preset => preset.Name.Equals(load, StringComparison.Ordinal)) with { Duration = arguments.Duration };
            var pairs = new List<(LoadResult Alone, LoadResult Watched)>();
            for (var i = 0; i < arguments.Repeat; i++)
            {
                var alone = await RunOnceAsync(plan);
                pairs.Add((alone, await RunOnceAsync(plan with { Viewers = arguments.Viewers })));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {load} | {Median(pair => PerSecond(pair.Alone)):N0} | {Median(pair => PerSecond(pair.Watched)):N0} | {Median(pair => PerSecond(pair.Watched) / PerSecond(pair.Alone)):0.00} "
                + $"| {Median(pair => Cpu(pair.Alone)):0.00} | {Median(pair => Cpu(pair.Watched)):0.00} | {Median(pair => pair.Alone.PubAck.P99):0.0} | {Median(pair => pair.Watched.PubAck.P99):0.0} |"));

            double Median(Func<(LoadResult Alone, LoadResult Watched), double> value) => pairs.Select(value).Order().ElementAt(pairs.Count / 2);
        }

        return lost ? 1 : 0;

        async Task<LoadResult> RunOnceAsync(LoadPlan plan)
        {
            var result = await new LoadRun(plan, arguments.Gateway).RunAsync();
            foreach (var problem in result.Problems())
            {
                lost = true;
                Console.Error.WriteLine($"  {problem}");
            }

            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plan.Name}, {plan.Viewers} pages: {PerSecond(result):N0} readings/s, {Cpu(result):0.00} CPU-s / M readings, p99 {result.PubAck.P99:0.0} ms."));
            return result;
        }
    }

    private static double PerSecond(LoadResult result) => result.Readings / result.UntilStored.TotalSeconds;

    private static double Cpu(LoadResult result) => result.Gateway.Process.Cpu.TotalSeconds / result.Readings * 1e6;
}
