using System.Runtime.InteropServices;

namespace Iot.Journal;

/// <summary>Blocks of one file that the disk does not give. Shared by the file's readers; thread-safe.</summary>
/// <remarks>
/// Readers wait out short trouble: they throw, and try again. A block that has failed often enough for long enough is given up, and
/// those that follow it go with it if they fail as well, so that a bad track costs one wait. What is given up stays so while the
/// journal is open: all its readers see the same. Bounded by the file: a block is known once.
/// </remarks>
internal sealed class UnreadableBlocks(int tries, TimeSpan patience)
{
    /// <summary>What is given up at a time: the least that a disk reads, and a page of memory.</summary>
    public const int Size = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Failing> _failing = [];
    private readonly Dictionary<long, long> _givenUp = []; // number of a block → end in the file, which may lie in the block

    /// <summary>For who reads again and again: 5 tries over 30 s or more.</summary>
    public UnreadableBlocks()
        : this(tries: 5, TimeSpan.FromSeconds(30))
    {
    }

    /// <summary>For who looks once and cannot wait: opening, inspection.</summary>
    public static UnreadableBlocks GivenUpAtOnce() => new(tries: 1, TimeSpan.Zero);

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _failing.Count == 0 && _givenUp.Count == 0;
        }
    }

    /// <summary>Where the last block given up ends; 0 without one.</summary>
    public long GivenUpEnd
    {
        get
        {
            lock (_gate) return _givenUp.Count == 0 ? 0 : _givenUp.Values.Max();
        }
    }

    /// <summary>How many bytes from <paramref name="position"/> on are given up.</summary>
    public int GivenUpAt(long position)
    {
        lock (_gate) return _givenUp.TryGetValue(position / Size, out var end) ? (int)Math.Max(0, end - position) : 0;
    }

    public void WasRead(long position)
    {
        lock (_gate) _failing.Remove(position / Size);
    }

    /// <summary>Counts a read that failed.</summary>
    /// <returns>True when the block is to be given up.</returns>
    public bool HasFailed(long position, TimeProvider clock)
    {
        var block = position / Size;
        lock (_gate)
        {
            if (!_failing.TryGetValue(block, out var failing)) failing = new(clock.GetTimestamp(), 0);
            _failing[block] = failing = failing with { Tries = failing.Tries + 1 };
            return _givenUp.ContainsKey(block - 1) || (failing.Tries >= tries && clock.GetElapsedTime(failing.Since) >= patience);
        }
    }

    /// <param name="end">Bytes from here on were not asked for: they may be written later and are read then.</param>
    public void GiveUp(long position, long end)
    {
        lock (_gate)
        {
            _failing.Remove(position / Size);
            _givenUp[position / Size] = end;
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Failing(long Since, int Tries);
}
