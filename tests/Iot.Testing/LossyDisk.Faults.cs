using Iot.Journal;

namespace Iot.Testing;

/// <content>What a test can make happen to the disk.</content>
public sealed partial class LossyDisk
{
    private readonly SyncHold _hold = new();
    private int _operationsLeft = int.MaxValue;

    /// <summary>All writing fails with ENOSPC beyond it.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>What writing fails with beyond it: 28, no space, or 122, no quota.</summary>
    public int FullErrno { get; set; } = NoSpace;

    /// <summary>Nothing can be written or made any more, in place neither; deleting and renaming still go.</summary>
    public bool IsFull { get; set; }

    /// <summary>How many of the next file syncs fail with EIO.</summary>
    public int FailingSyncs { get; set; }

    /// <summary>How many of the next writes fail with EIO, any part of them written.</summary>
    public int FailingWrites { get; set; }

    /// <summary>How many of the next deletions fail with EIO.</summary>
    public int FailingDeletes { get; set; }

    /// <summary>File syncs so far, failed ones too.</summary>
    public int Syncs { get; private set; }

    /// <summary>Every call after the cut fails.</summary>
    public bool IsDead { get; private set; }

    /// <summary>File syncs wait from now on: what is appended meanwhile becomes one group.</summary>
    public void HoldSyncs() => _hold.Begin();

    public void ReleaseSyncs() => _hold.End();

    /// <summary>Completes once a file sync waits since <see cref="HoldSyncs"/>.</summary>
    public Task SyncHeldAsync(CancellationToken cancellation) => _hold.ReachedAsync(cancellation);

    /// <summary>Every call fails while this is set; afterwards all is as it was.</summary>
    public bool IsUnplugged { get; set; }

    /// <summary>Reads that touch these bytes of a file fail with EIO from now on, under whatever name it goes then; so do writes into them.</summary>
    public void MakeUnreadable(string path, long from, long length)
    {
        lock (_gate) Find(path).Unreadable.Add((from, from + length));
    }

    public void MakeReadable(string path)
    {
        lock (_gate) Find(path).Unreadable.Clear();
    }

    /// <summary>Lets that many changing calls through and then cuts the power.</summary>
    public void CutPowerAfter(int operations)
    {
        lock (_gate) _operationsLeft = operations;
    }

    /// <summary>This disk is dead; the returned one holds what survived.</summary>
    public LossyDisk CutPower()
    {
        ReleaseSyncs();
        lock (_gate)
        {
            IsDead = true;
            return new(_random, _names.AfterPowerCut(_random)) { CapacityBytes = CapacityBytes };
        }
    }

    private static void ThrowIfUnreadable(LossyInode inode, string path, long position, int length)
    {
        if (inode.IsUnreadable(position, length)) throw new DiskException("read of", path, InputOutputError);
    }
}
