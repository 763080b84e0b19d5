using System.Globalization;

namespace Iot.LoadTest.Gateway;

/// <summary>What /proc says of one process.</summary>
/// <param name="Cpu">User and system, all threads, ended ones too; in steps of 10 ms.</param>
/// <param name="PeakRssBytes">Largest resident size so far; never reset.</param>
/// <param name="RssBytes">Resident size now.</param>
/// <param name="OwnBytes">Of that, what the process made itself: without the pages of program files, which the kernel takes and brings back as it likes.</param>
/// <param name="WrittenBytes">Bytes it made dirty in files, that is, sent towards disks.</param>
internal sealed record ProcessFigures(TimeSpan Cpu, long PeakRssBytes, long RssBytes, long OwnBytes, long WrittenBytes)
{
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    public static ProcessFigures Of(int id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name before may hold spaces
        return new(
            TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / (double)TicksPerSecond),
            Line(id, "status", "VmHWM") * 1024, Line(id, "status", "VmRSS") * 1024,
            (Line(id, "status", "RssAnon") + Line(id, "status", "RssShmem")) * 1024, Line(id, "io", "write_bytes"));
    }

    public ProcessFigures Since(ProcessFigures start) => this with { Cpu = Cpu - start.Cpu, WrittenBytes = WrittenBytes - start.WrittenBytes };

    private static long Line(int id, string file, string name) => Number(File.ReadLines($"/proc/{id}/{file}")
        .First(line => line.StartsWith($"{name}:", StringComparison.Ordinal))
        .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
