namespace Iot.Journal;

/// <summary>Decides whether there is room for another record. Guarded by its owner's lock.</summary>
/// <remarks>It looks at the disk once per 16 MiB, more often close to the limits, and while full at most every 100 ms.</remarks>
internal sealed class SpaceGuard(
    IDisk disk, string directory, JournalOptions options, TimeProvider clock, SegmentList segments, Action<long> makeRoom)
{
    private const long LookEvery = 16 << 20;
    private static readonly TimeSpan LookWhileFull = TimeSpan.FromMilliseconds(100);

    private long _allowance;
    private long _lookedAt;

    public bool IsFull { get; private set; }

    /// <param name="bytes">What the record needs.</param>
    /// <param name="pending">Bytes taken before and not yet on disk.</param>
    public bool TryTake(long bytes, long pending)
    {
        if (IsFull && clock.GetElapsedTime(_lookedAt) < LookWhileFull) return false;

        if (IsFull || bytes > _allowance) Look(pending);
        IsFull = bytes > _allowance;
        if (!IsFull) _allowance -= bytes;
        return !IsFull;
    }

    /// <summary>For those who only watch: full ends without an append, too.</summary>
    public bool Recheck(long pending, bool atOnce)
    {
        if (!IsFull || (!atOnce && clock.GetElapsedTime(_lookedAt) < LookWhileFull)) return IsFull;

        Look(pending);
        IsFull = _allowance < Math.Min(options.MaxRecordBytes, options.EffectiveSegmentBytes / 16);
        return IsFull;
    }

    /// <summary>The disk said so itself.</summary>
    public void DiskIsFull()
    {
        _lookedAt = clock.GetTimestamp();
        _allowance = 0;
        IsFull = true;
    }

    private void Look(long pending)
    {
        _lookedAt = clock.GetTimestamp();
        var onDisk = FreeBytes() - options.ReserveBytes;
        if (onDisk < options.EffectiveSegmentBytes)
        {
            makeRoom(options.EffectiveSegmentBytes - onDisk); // what is delivered is kept only while there is room for it
            onDisk = FreeBytes() - options.ReserveBytes;
        }

        var inJournal = options.MaxBytes - segments.Bytes;
        _allowance = Math.Min(Math.Min(onDisk, inJournal) - pending, LookEvery);
    }

    /// <remarks>A disk that cannot say how much it takes takes nothing.</remarks>
    private long FreeBytes()
    {
        try
        {
            return disk.FreeBytes(directory);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
