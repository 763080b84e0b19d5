using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Detection.Habits;

internal enum OutboxFinding : byte
{
    None,

    /// <summary>Newer readings than ever under a number that was passed: an outbox that was set back, or copied.</summary>
    WentBack,

    /// <summary>A life that ended goes on.</summary>
    Returned,
}

/// <summary>The last lives of a device's outbox: how far each came, and how new its readings were.</summary>
/// <remarks>
/// What is sent again, and what fills a gap, carries old numbers and old readings; only an outbox that was set back writes new readings under old numbers.
/// De-duplication takes such a batch for one that came before, so somebody has to see it. A device may have several outboxes, whose lives
/// go on beside one another: what goes on soon after another life has begun is taken for one of those.
/// </remarks>
internal struct OutboxHabit
{
    private const long BesideNs = 600 * 1_000_000_000L;

    private Lives _lives;
    private int _now;

    /// <param name="newestNs">Time of its newest reading by the device's clock.</param>
    public OutboxFinding Add(in BatchIdentity identity, long newestNs, DetectionOptions options)
    {
        ref var life = ref _lives[_now];
        if (life.Epoch != identity.Epoch)
        {
            var before = IndexOf(identity.Epoch);
            if (before < 0)
            {
                _now = life.Epoch == 0 ? _now : (_now + 1) % Lives.Count;
                _lives[_now] = new() { Epoch = identity.Epoch, Seq = identity.Seq, BeganNs = newestNs, NewestNs = newestNs };
                return OutboxFinding.None;
            }

            if (identity.Seq <= _lives[before].Seq) return OutboxFinding.None; // sent again

            return GoOn(before, identity.Seq, newestNs, options);
        }

        if (identity.Seq <= life.Seq) return newestNs - life.NewestNs > options.SequenceTolerance.Ticks * TimeSpan.NanosecondsPerTick ? OutboxFinding.WentBack : OutboxFinding.None;

        life.Seq = identity.Seq;
        life.NewestNs = Math.Max(life.NewestNs, newestNs);
        return OutboxFinding.None;
    }

    /// <summary>Old readings are its backlog; new ones soon after the other began are another outbox's; later, it had ended.</summary>
    private OutboxFinding GoOn(int index, ulong seq, long newestNs, DetectionOptions options)
    {
        ref var life = ref _lives[index];
        var afterOther = newestNs - _lives[_now].BeganNs;
        life.Seq = seq;
        if (afterOther <= options.SequenceTolerance.Ticks * TimeSpan.NanosecondsPerTick) return OutboxFinding.None;

        var isTold = !life.IsBeside && afterOther > BesideNs;
        (life.IsBeside, _lives[_now].IsBeside) = (true, true);
        life.NewestNs = Math.Max(life.NewestNs, newestNs);
        _now = index;
        return isTold ? OutboxFinding.Returned : OutboxFinding.None;
    }

    public readonly string Describe(OutboxFinding finding, in BatchIdentity identity) => finding == OutboxFinding.Returned
        ? $"outbox life {identity.Epoch:x16} goes on with batch {identity.Seq} after another life had begun"
        : $"new readings in batch {identity.Seq} of {identity.Epoch:x16}, which had come to {_lives[_now].Seq}";

    private readonly int IndexOf(ulong epoch)
    {
        for (var i = 0; i < Lives.Count; i++)
            if (_lives[i].Epoch == epoch) return i;

        return -1;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Life
    {
        public ulong Epoch;
        public ulong Seq;
        public long BeganNs;
        public long NewestNs;
        public bool IsBeside;
    }

    [InlineArray(Count)]
    private struct Lives
    {
        public const int Count = 8;

        private Life _first;
    }
}
