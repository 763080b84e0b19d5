using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Observability;

/// <summary>Gives back the memory of program text that only the start needed: reading settings, building the host, the first handshake.</summary>
/// <remarks>
/// Those pages are as the file has them, so the kernel drops them and reads again what is needed after all. Of a program of 15 MB
/// some 3 stay. Only mappings of files that cannot be written and have no changed page: what the loader has relocated is not as its file has it.
/// </remarks>
internal static partial class StartPages
{
    private const int DontNeed = 4; // MADV_DONTNEED
    private const string Maps = "/proc/self/smaps";

    /// <returns>Bytes that were resident and no longer are. Nothing under a runtime that compiles as it runs: what is where is its business.</returns>
    public static long GiveBack()
    {
        if (RuntimeFeature.IsDynamicCodeCompiled) return 0;

        try
        {
            return File.Exists(Maps) ? Clean(File.ReadLines(Maps)).Sum(GiveBack) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // a matter of thrift alone
        }
    }

    /// <summary>Mappings of files, neither writable nor changed, from the text of <c>smaps</c>.</summary>
    internal static List<Mapping> Clean(IEnumerable<string> smaps)
    {
        var clean = new List<Mapping>();
        Mapping? current = null;
        var resident = 0L;
        foreach (var line in smaps)
        {
            if (Head(line) is { } head) current = head.IsOfFile ? head : null;
            else if (line.StartsWith("Rss:", StringComparison.Ordinal)) resident = Kilobytes(line);
            else if (current is not null && line.StartsWith("Private_Dirty:", StringComparison.Ordinal) && Kilobytes(line) == 0) clean.Add(current with { Resident = resident * 1024 });
        }

        return clean;
    }

    private static long GiveBack(Mapping mapping) =>
        mapping.Resident > 0 && Advise(mapping.Start, mapping.Length, DontNeed) == 0 ? mapping.Resident : 0;

    /// <summary><c>START-END r-xp OFFSET DEVICE INODE PATH</c>; null for a line of another kind.</summary>
    private static Mapping? Head(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 5 || words[0].Split('-') is not [var from, var to]) return null;
        if (!ulong.TryParse(from, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)) return null;
        if (!ulong.TryParse(to, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)) return null;

        return new((nint)start, (nint)(end - start), Resident: 0, IsOfFile: words[1] is "r-xp" or "r--p" && words is [_, _, _, _, not "0", [ '/', .. ], ..]);
    }

    private static long Kilobytes(string line) => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);

    /// <param name="Resident">Bytes.</param>
    internal sealed record Mapping(nint Start, nint Length, long Resident, bool IsOfFile);
}
