using System.Globalization;
using Iot.Testing;
using Iot.Wire;

namespace Iot.LoadTest.Drain;

/// <summary>A real agent comes back after hours offline, over a slow link, to a real gateway: how late is what is new, and does the backlog shrink?</summary>
/// <remarks><c>drain [HOURS [READINGS_PER_SECOND [KBIT_PER_SECOND]]]</c>; default 24, 10, 256.</remarks>
internal static class DrainBench
{
    private static readonly double[] Defaults = [24, 10, 256];
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(60);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var numbers = arguments.Select(word => double.Parse(word, CultureInfo.InvariantCulture)).Concat(Defaults.Skip(arguments.Length)).ToList();
        var (length, rate, kbit) = (TimeSpan.FromHours(numbers[0]), (int)numbers[1], (int)numbers[2]);
        var device = DeviceId.Parse("field-1");
        await using var gateway = await GatewayProcess.StartAsync();
        await using var link = new SlowLink(gateway.MqttPort, kbit * 1000 / 8);
        await using var agent = new AgentProcess(device.Value, link.Port, [.. Sensors(rate)]);
        var bytes = await OfflineDay.FillAsync(agent.DataPath, device, length, rate);
        var batches = (int)length.TotalSeconds;

        agent.Start();
        var started = TimeProvider.System.GetTimestamp();
        await agent.Process.LineAsync("is connected");
        await DrainedAsync(gateway, batches);
        var took = TimeProvider.System.GetElapsedTime(started);
        var up = link.UpBytes;
        await agent.StopAsync();
        await gateway.Process.StopAsync(TimeSpan.FromSeconds(30));

        var arrivals = await Arrivals.ReadAsync(Path.Combine(gateway.DataPath, "spool"), device);
        return Report(arrivals, batches, bytes, took, up, kbit, rate);
    }

    private static IEnumerable<string> Sensors(int count) =>
        Enumerable.Range(0, count).SelectMany(i => new[] { $"--Sensors:s{i}:Kind", "Simulated", $"--Sensors:s{i}:Interval", "00:00:01" });

    private static Task DrainedAsync(GatewayProcess gateway, int batches) => Eventually.TrueAsync(
        async () =>
        {
            using var response = await gateway.Http.GetAsync(new Uri("api/v1/ledger/field-1", UriKind.Relative));
            if (!response.IsSuccessStatusCode) return false; // not heard of yet

            using var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var epochs = answer.RootElement.GetProperty("epochs").EnumerateArray();
            return epochs.Any(epoch => epoch.GetProperty("batches").GetInt64() >= batches);
        },
        "the backlog is drained", Longest);

    private static int Report(Arrivals arrivals, int batches, long bytes, TimeSpan took, long up, int kbit, int rate)
    {
        var late = arrivals.LiveSeconds.Order().ToList();
        double At(double share) => late[(int)Math.Min(late.Count - 1, late.Count * share)];
        var tens = arrivals.BacklogByTens.Keys.Last() + 1;
        var idle = Enumerable.Range(0, (int)tens).Count(ten => !arrivals.BacklogByTens.ContainsKey(ten));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            | what | |
            | --- | ---: |
            | link, kbit/s | {kbit} |
            | backlog: batches, readings, MB | {batches}, {(long)batches * rate}, {bytes / 1e6:F1} |
            | drained in | {took:hh\:mm\:ss} |
            | of the link used | {up * 8d / 1000 / kbit / took.TotalSeconds:P0} |
            | backlog that came, again | {arrivals.Backlog.Count}, {arrivals.BacklogRepeated} |
            | periods of 10 s without backlog, of | {idle}, {tens} |
            | fewest, most batches of backlog in 10 s | {arrivals.BacklogByTens.SkipLast(1).Select(ten => ten.Value).DefaultIfEmpty().Min()}, {arrivals.BacklogByTens.Max(ten => ten.Value)} |
            | live readings | {late.Count} |
            | live, measured to received: p50, p99, most, s | {At(0.5):F2}, {At(0.99):F2}, {late[^1]:F2} |
            """));
        var held = arrivals.Backlog.Count == batches && idle == 0 && At(0.99) < 2;
        Console.WriteLine(held ? "held: live p99 below 2 s, backlog smaller every 10 s, all of it came" : "NOT HELD");
        return held ? 0 : 1;
    }
}
