using System.Diagnostics;
using Iot.LoadTest.Devices;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Reports;
using Iot.LoadTest.Sinks;
using Iot.LoadTest.Viewers;

namespace Iot.LoadTest;

/// <summary>One plan, once: sink, gateway and devices of its own; warm-up, load, wait for the sink, check.</summary>
internal sealed class LoadRun(LoadPlan plan, string program)
{
    /// <summary>No reading more in the sink for so long means that no more will come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<LoadResult> RunAsync()
    {
        await using var fleet = new Fleet(plan);
        await using var sink = await LoadSinks.StartAsync(plan, fleet.Devices);
        await using var gateway = await GatewayUnderLoad.StartAsync(program, plan, sink);
        await fleet.ConnectAsync(gateway.Port);

        await using var pages = await OpenPages.OpenAsync(gateway.Url, fleet.Devices.Take(plan.Viewers).Select(device => device.Id.Value));
        await fleet.RunAsync(plan.WarmUp);
        await WaitForSinkAsync(fleet, sink, gateway);
        fleet.Tally.PubAck.Clear();
        sink.Latency.Clear();

        var result = await MeasureAsync(fleet, sink, gateway);
        await gateway.StopAsync();
        return result with { StoreBytesAReading = sink.BytesOnDisk(gateway) is > 0 and var bytes ? (double)bytes / result.InSink : double.NaN };
    }

    private async Task<LoadResult> MeasureAsync(Fleet fleet, ILoadSink sink, GatewayUnderLoad gateway)
    {
        var before = (Tally: fleet.Tally.Figures, Gateway: await gateway.FiguresAsync(), Own: ProcessFigures.Of(Environment.ProcessId));
        var started = Stopwatch.GetTimestamp();

        await fleet.RunAsync(plan.Duration);
        var untilAcknowledged = Stopwatch.GetElapsedTime(started);
        await WaitForSinkAsync(fleet, sink, gateway);
        var untilStored = Stopwatch.GetElapsedTime(started);

        var after = await gateway.FiguresAsync();
        var own = ProcessFigures.Of(Environment.ProcessId);
        return new()
        {
            Plan = plan,
            Measured = fleet.Tally.Figures.Since(before.Tally),
            Gateway = after.Since(before.Gateway),
            UntilAcknowledged = untilAcknowledged,
            UntilStored = untilStored,
            GeneratorCpu = own.Since(before.Own).Cpu,
            PubAck = Percentiles.Of(fleet.Tally.PubAck),
            Sink = Percentiles.Of(sink.Latency),
            Expected = Expected(fleet),
            InSink = await sink.CountAsync(gateway),
            Books = await BooksAsync(gateway, Expected(fleet)),
        };
    }

    /// <summary>What was acknowledged; of QoS 0, what was sent.</summary>
    private long Expected(Fleet fleet) => (plan.Qos == 0 ? fleet.Tally.Figures.Sent : fleet.Tally.Figures.Acknowledged) * plan.Readings;

    private async Task WaitForSinkAsync(Fleet fleet, ILoadSink sink, GatewayUnderLoad gateway)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(plan.Sink == SinkKind.Counting ? 5 : 200));
        var (seen, since) = (-1L, Stopwatch.GetTimestamp());
        while (await sink.ArrivedAsync(gateway) is var arrived && arrived < Expected(fleet))
        {
            if (arrived > seen) (seen, since) = (arrived, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since) > Patience) return; // the check will name what is missing
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>The ledger follows the journal, so it may be a moment behind the sink.</summary>
    public static async Task<BooksTotal> BooksAsync(GatewayUnderLoad gateway, long expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var books = await gateway.BooksAsync();
            if (books.Stored == expected || Stopwatch.GetElapsedTime(started) > Patience) return books;
            await timer.WaitForNextTickAsync();
        }
    }
}
