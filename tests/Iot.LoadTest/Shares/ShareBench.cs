using System.Globalization;
using Iot.Testing;

namespace Iot.LoadTest.Shares;

/// <summary>What a real server takes through the gateway, beside what it takes from a loader that only sends prepared requests; in turns.</summary>
internal static class ShareBench
{
    /// <returns>0, or 1 when any run lost something.</returns>
    public static async Task<int> RunAsync(ShareArguments arguments)
    {
        Console.WriteLine("""
            | server | through the gateway, readings/s | bare loader, readings/s | share, median of pairs |
            |---|---:|---:|---:|
            """);
        var lost = false;
        foreach (var server in arguments.Servers)
        {
            var pairs = new List<(double Gateway, double Bare)>();
            for (var i = 0; i < arguments.Repeat; i++)
            {
                var result = await new LoadRun(new() { Name = server.ToString(), Sink = server, Duration = arguments.Duration }, arguments.Gateway).RunAsync();
                foreach (var problem in result.Problems())
                {
                    lost = true;
                    Console.Error.WriteLine($"  {problem}");
                }

                pairs.Add((result.Readings / result.UntilStored.TotalSeconds, await BareAsync(server, arguments.Duration)));
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{server}: {pairs[^1].Gateway:N0} through the gateway, {pairs[^1].Bare:N0} bare."));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {server} | {Median(pairs, pair => pair.Gateway):N0} | {Median(pairs, pair => pair.Bare):N0} | {Median(pairs, pair => pair.Gateway / pair.Bare * 100):0} % |"));
        }

        return lost ? 1 : 0;
    }

    private static async Task<double> BareAsync(SinkKind kind, TimeSpan duration)
    {
        if (kind == SinkKind.VictoriaMetrics)
        {
            await using var server = await VictoriaMetrics.StartAsync();
            return await BareLoader.RunAsync(new(server.Url, "api/v2/write?bucket=load&precision=ns"), duration);
        }

        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("load");
        return await BareLoader.RunAsync(new(influxd.Url, "write?db=load&precision=ns"), duration);
    }

    private static double Median<T>(List<T> all, Func<T, double> value) => all.Select(value).Order().ElementAt(all.Count / 2);
}
