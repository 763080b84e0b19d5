namespace Iot.LoadTest.Sinks;

/// <summary>Which points of each device have arrived, so that a repeat makes up for no loss. Thread-safe.</summary>
internal sealed class PointBook
{
    private readonly List<ulong>[] _seen;
    private long _distinct;
    private long _doubled;

    public PointBook(int devices) => _seen = [.. Enumerable.Range(0, devices).Select(_ => new List<ulong>())];

    /// <summary>Points that have arrived, each counted once.</summary>
    public long Distinct => Interlocked.Read(ref _distinct);

    /// <summary>Lines that brought a point again.</summary>
    public long Doubled => Interlocked.Read(ref _doubled);

    /// <param name="body">Lines of line protocol; the last may lack its line feed.</param>
    public void Take(ReadOnlySpan<byte> body)
    {
        var (distinct, doubled) = (0, 0);
        foreach (var range in body.Split((byte)'\n'))
        {
            if (!LoadLine.TryRead(body[range], out var device, out var point) || device >= _seen.Length || point < 0) continue;

            if (IsNew(_seen[device], (int)point)) distinct++;
            else doubled++;
        }

        Interlocked.Add(ref _distinct, distinct);
        Interlocked.Add(ref _doubled, doubled);
    }

    /// <summary>A bit a point.</summary>
    private static bool IsNew(List<ulong> seen, int point)
    {
        lock (seen)
        {
            while (seen.Count <= point >> 6) seen.Add(0);
            var bit = 1ul << (point & 63);
            var isNew = (seen[point >> 6] & bit) == 0;
            seen[point >> 6] |= bit;
            return isNew;
        }
    }
}
