using System.Diagnostics.CodeAnalysis;

namespace Iot.Gateway.Deduplication;

/// <summary>Messages on their way to disk, each with the task that says when it is there. Not thread-safe.</summary>
/// <remarks>As many as one device has unacknowledged, a handful: a scan is quicker than a dictionary and smaller.</remarks>
internal sealed class InFlightBatches
{
    private readonly List<(ulong Epoch, ulong Seq, Task Durable)> _batches = new(capacity: 1);

    public int Count => _batches.Count;

    public bool TryGet(ulong epoch, ulong seq, [NotNullWhen(true)] out Task? durable)
    {
        var at = IndexOf(epoch, seq);
        durable = at < 0 ? null : _batches[at].Durable;
        return at >= 0;
    }

    /// <summary>A batch that is there already gets the new task.</summary>
    public void Set(ulong epoch, ulong seq, Task durable)
    {
        Remove(epoch, seq);
        _batches.Add((epoch, seq, durable));
    }

    public void Remove(ulong epoch, ulong seq)
    {
        if (IndexOf(epoch, seq) is not (>= 0 and var at)) return;

        _batches[at] = _batches[^1];
        _batches.RemoveAt(_batches.Count - 1);
    }

    private int IndexOf(ulong epoch, ulong seq)
    {
        for (var i = 0; i < _batches.Count; i++)
            if (_batches[i].Seq == seq && _batches[i].Epoch == epoch) return i;

        return -1;
    }
}
