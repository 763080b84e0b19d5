using SharpFuzz;

namespace Iot.Fuzz;

/// <summary>Serves afl-fuzz: input after input in a child process, which is started again after one that kills it.</summary>
internal static class AflRun
{
    /// <summary>Run on the journal's writer thread, beside the one that reads: their branches would be counted at any moment.</summary>
    private static readonly string[] OnOtherThreads =
    [
        "Iot.Journal.GroupCommit", "Iot.Journal.AppendGroup", "Iot.Journal.SegmentWriter", "Iot.Journal.WaitingAppend",
        "Iot.Journal.SpaceGuard", "Iot.Journal.JournalTail",
    ];

    /// <summary>Puts counters into an assembly, in place.</summary>
    public static void Instrument(string assembly) => Fuzzer.Instrument(
        assembly, static type => !OnOtherThreads.Any(other => type.StartsWith(other, StringComparison.Ordinal)), Options.Value);

    public static void Run(FuzzTarget target)
    {
        var isWarm = false;
        Fuzzer.OutOfProcess.Run(stream =>
        {
            if (!isWarm) WarmUp(target);
            isWarm = true;

            EdgeMap.ForgetPlace();
            target.Run(ReadAll(stream));
        });
    }

    /// <summary>Static constructors and caches run once; without this their branches would count for the first input.</summary>
    private static void WarmUp(FuzzTarget target)
    {
        foreach (var seed in target.Seeds) target.Run(seed);
        EdgeMap.Clear();
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
