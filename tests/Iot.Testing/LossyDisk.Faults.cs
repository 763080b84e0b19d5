namespace Iot.Testing;

/// <content>What a test can make happen to the disk.</content>
public sealed partial class LossyDisk
{
    private readonly SyncHold _hold = new();
    private int _operationsLeft = int.MaxValue;

    /// <summary>All writing fails with ENOSPC beyond it.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

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
}
