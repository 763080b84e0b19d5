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
/// De-duplication takes such a batch for one that came before, so somebody has to see it.
/// </remarks>
internal struct OutboxHabit
{
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
                _lives[_now] = new() { Epoch = identity.Epoch, Seq = identity.Seq, NewestNs = newestNs };
                return OutboxFinding.None;
            }

            if (identity.Seq <= _lives[before].Seq) return OutboxFinding.None; // sent again

            _now = before;
            _lives[_now].Seq = identity.Seq;
            _lives[_now].NewestNs = Math.Max(_lives[_now].NewestNs, newestNs);
            return OutboxFinding.Returned;
        }

        if (identity.Seq <= life.Seq) return newestNs - life.NewestNs > options.SequenceTolerance.Ticks * TimeSpan.NanosecondsPerTick ? OutboxFinding.WentBack : OutboxFinding.None;

        life.Seq = identity.Seq;
        life.NewestNs = Math.Max(life.NewestNs, newestNs);
        return OutboxFinding.None;
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
        public long NewestNs;
    }

    [InlineArray(Count)]
    private struct Lives
    {
        public const int Count = 4;

        private Life _first;
    }
}
