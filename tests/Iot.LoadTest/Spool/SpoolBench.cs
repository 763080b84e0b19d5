using System.Globalization;
using Iot.LoadTest.Sinks;
using Iot.Testing;

namespace Iot.LoadTest.Spool;

/// <summary>How long a start takes, however much is spooled: the journal by itself, and the gateway from exec to ready. The page cache is dropped before each.</summary>
internal sealed class SpoolBench(SpoolArguments arguments)
{
    /// <summary>Nobody listens there: all that is taken stays in the spool.</summary>
    private static readonly string[] DeadSink =
        ["--Sinks:0", "Influx", "--Influx:Url", $"http://127.0.0.1:{FreePort.Next()}/", "--Influx:Bucket", "load"];

    private string Spool => Path.Combine(arguments.Directory, "spool");

    public async Task<int> RunAsync()
    {
        Directory.CreateDirectory(arguments.Directory);
        try
        {
            Console.WriteLine("| case | spool GiB | records read again | start to ready s | CPU s | peak RSS MB |\n|---|---:|---:|---:|---:|---:|");
            await StartsAsync("empty spool", DeadSink, writeDown: true);
            await FillAsync(arguments.Messages, settings: DeadSink, kill: false);
            await StartsAsync("nothing delivered, stopped", DeadSink, writeDown: true);
            await FillAsync(arguments.Behind, [.. DeadSink, "--Ledger:SnapshotEvery", "01:00:00"], kill: true);
            await StartsAsync("nothing delivered, killed", DeadSink, writeDown: false);
            await DeliveredAsync();
            await StartsAsync("a sink is new to the spool", ["--Sinks:0", "Embedded"], writeDown: false);
            await OpeningsAsync();
        }
        finally
        {
            Directory.Delete(arguments.Directory, recursive: true);
        }

        return 0;
    }

    private async Task DeliveredAsync()
    {
        await using var sink = new CountingSink(SpoolFill.Plan, []);
        var (gateway, _) = await StartAsync(sink.Settings);
        await using (gateway)
        {
            var accepted = await gateway.AcceptedAsync();
            await Eventually.TrueAsync(() => sink.Arrived >= accepted, "all is delivered", TimeSpan.FromMinutes(30));
            await gateway.StopAsync();
        }

        await StartsAsync("all delivered, stopped", sink.Settings, writeDown: true);
    }

    private async Task FillAsync(int messages, IReadOnlyList<string> settings, bool kill)
    {
        var (gateway, _) = await StartAsync(settings);
        await using (gateway)
        {
            await SpoolFill.PublishAsync(gateway, messages);
            await (kill ? gateway.KillAsync() : gateway.StopAsync());
        }
    }

    /// <param name="writeDown">Stops so that the books are written down; else it is killed, and the next start finds what this one found.</param>
    private async Task StartsAsync(string name, IReadOnlyList<string> settings, bool writeDown)
    {
        var starts = new List<SpoolStart>();
        for (var i = 0; i < arguments.Repeat; i++)
        {
            await PageCache.DropAsync();
            var (gateway, start) = await StartAsync(settings);
            starts.Add(start);
            await (writeDown ? gateway.StopAsync() : gateway.KillAsync());
            await gateway.DisposeAsync();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {SpoolGiB():0.0} | {Median(starts, start => start.ReadAgain):N0} | {Median(starts, start => start.ToReady.TotalSeconds):0.00} | {Median(starts, start => start.Cpu.TotalSeconds):0.00} | {Median(starts, start => start.PeakRssBytes / 1e6):0} |"));
    }

    private async Task OpeningsAsync()
    {
        var openings = new List<SpoolOpening>();
        for (var i = 0; i < arguments.Repeat; i++) openings.Add(await SpoolOpening.MeasureAsync(Spool));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            | SegmentedJournal.Open | spool GiB | s | CPU s | allocated KB | resident MB more |
            |---|---:|---:|---:|---:|---:|
            | in a process of its own | {SpoolGiB():0.0} | {Median(openings, one => one.Time.TotalSeconds):0.000} | {Median(openings, one => one.Cpu.TotalSeconds):0.00} | {Median(openings, one => one.AllocatedBytes / 1e3):N0} | {Median(openings, one => one.GrownBytes / 1e6):0.0} |
            """));
    }

    private Task<(SpoolGateway Gateway, SpoolStart Start)> StartAsync(IReadOnlyList<string> settings) =>
        SpoolGateway.StartAsync(arguments.Gateway, arguments.Directory, settings);

    private double SpoolGiB() => new DirectoryInfo(Spool).EnumerateFiles("*.segment").Sum(file => file.Length) / (double)(1 << 30);

    private static double Median<T>(List<T> runs, Func<T, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);
}
