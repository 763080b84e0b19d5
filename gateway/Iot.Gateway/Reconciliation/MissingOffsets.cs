namespace Iot.Gateway.Reconciliation;

/// <summary>Offsets whose records are not in the journal any more, as ranges.</summary>
internal sealed class MissingOffsets
{
    private readonly List<OffsetRange> _ranges = [];
    private ulong _count;
    private OffsetRange? _end;

    /// <summary>Records missing in all.</summary>
    public ulong Count => _count + (_end is { } end ? end.To - end.From + 1 : 0);

    /// <summary>At most the first 1000 ranges.</summary>
    public IReadOnlyList<OffsetRange> Ranges => _end is { } end ? [.. _ranges, end] : _ranges;

    /// <param name="to">The last of them.</param>
    public void Add(ulong from, ulong to)
    {
        _count += to - from + 1;
        if (_ranges.Count < ReconcileQuestion.MostNamed) _ranges.Add(new(from, to));
    }

    /// <summary>Reading came as far as <paramref name="position"/> of a journal that ends at <paramref name="end"/>.</summary>
    public void EndsAt(ulong position, ulong end) => _end = position < end ? new(position, end - 1) : null;
}
