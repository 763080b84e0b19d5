using System.Diagnostics;
using System.Globalization;
using Iot.Journal;
using Iot.LoadTest.Gateway;
using Iot.Testing;

namespace Iot.LoadTest.Spool;

/// <summary>The journal opened by itself, in a process of its own: nothing else has warmed up its code or its memory.</summary>
/// <param name="Time">Of <see cref="SegmentedJournal.Open"/>, its compilation included.</param>
/// <param name="Cpu">Of the process meanwhile, in steps of 10 ms; what remains when others use the machine.</param>
/// <param name="AllocatedBytes">Managed, by then.</param>
/// <param name="GrownBytes">Resident size after, less before.</param>
internal sealed record SpoolOpening(TimeSpan Time, TimeSpan Cpu, long AllocatedBytes, long GrownBytes)
{
    public static async Task<SpoolOpening> MeasureAsync(string journal)
    {
        await PageCache.DropAsync();
        var (exitCode, output) = await RealProcess.RunAsync(Environment.ProcessPath!, ["spool-open", journal]);
        if (exitCode != 0) throw new IOException($"Opening '{journal}' failed: {output}");

        var figures = output.Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        return new(TimeSpan.FromMicroseconds(figures[0]), TimeSpan.FromMicroseconds(figures[1]), figures[2], figures[3]);
    }

    /// <summary>What the process of its own does.</summary>
    public static async Task<int> RunAsync(string journal)
    {
        var before = ProcessFigures.Of(Environment.ProcessId);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        await using var opened = SegmentedJournal.Open(journal, new() { MaxBytes = SpoolGateway.MaxBytes }, TimeProvider.System);
        var time = Stopwatch.GetElapsedTime(started);

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var after = ProcessFigures.Of(Environment.ProcessId);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds:0} {(after.Cpu - before.Cpu).TotalMicroseconds:0} {allocated} {after.RssBytes - before.RssBytes}"));
        return 0;
    }
}
