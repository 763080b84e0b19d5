using System.Buffers.Binary;

namespace Iot.CrashTest.Parts;

/// <summary>The write-ahead log of influxd 1.6, which does not survive two kills by itself.</summary>
/// <remarks>
/// A kill in the middle of a write leaves a torn entry at the end. The next start opens the file at that end, then cuts the torn entry off, and
/// what it writes from then on, and acknowledges, stands behind a hole. The start after the next kill reads up to the hole and throws the rest away.
/// So the torn entry is cut off here, before the start: what is lost then is lost by the gateway.
/// </remarks>
internal static class DatabaseLog
{
    private const int HeadSize = 5; // kind, and length in big-endian

    /// <summary>While influxd does not run.</summary>
    /// <returns>How many torn entries were cut off.</returns>
    public static int CutTornEnds(string walPath)
    {
        if (!Directory.Exists(walPath)) return 0;

        return Directory.EnumerateFiles(walPath, "*.wal", SearchOption.AllDirectories)
            .GroupBy(path => Path.GetDirectoryName(path))
            .Count(shard => CutTornEnd(shard.Max(StringComparer.Ordinal)!));
    }

    private static bool CutTornEnd(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var whole = 0L;
        while (bytes.Length - whole >= HeadSize)
        {
            var next = whole + HeadSize + BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan((int)whole + 1));
            if (next > bytes.Length) break;

            whole = next;
        }

        if (whole == bytes.Length) return false;

        using var file = File.OpenWrite(path);
        file.SetLength(whole);
        return true;
    }
}
