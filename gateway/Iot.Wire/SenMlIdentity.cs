using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>Collects <c>epoch</c>, <c>seq</c>, <c>first</c> and <c>given</c> of the first record.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct SenMlIdentity
{
    private ulong? _epoch;
    private ulong? _seq;
    private ulong? _first;
    private ulong? _given;

    public void Set(SenMlLabel label, ulong value)
    {
        switch (label)
        {
            case SenMlLabel.Epoch: _epoch = value; break;
            case SenMlLabel.Seq: _seq = value; break;
            case SenMlLabel.First: _first = value; break;
            case SenMlLabel.Given: _given = value; break;
        }
    }

    /// <summary>False when one stands without the other, is 0, or <c>first</c> is above <c>seq</c>; none at all is well.</summary>
    public readonly bool TryTake(out BatchIdentity? identity)
    {
        identity = null;
        if (_epoch is null && _seq is null && _first is null && _given is null) return true;
        if (_epoch is null or 0 || _seq is null or 0 || _first > _seq) return false;

        identity = new BatchIdentity(_epoch.Value, _seq.Value, _first ?? 0, _given ?? 0);
        return true;
    }
}
