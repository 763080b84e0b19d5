using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>What is known of one batch. Hold <see cref="Gate"/> from the question up to the append.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Recollection
{
    private readonly SequenceHistory? _history;
    private readonly BatchIdentity _identity;
    private readonly DigestWindow? _digests;
    private readonly PayloadDigest _digest;

    public Recollection(SequenceHistory history, BatchIdentity identity) => (_history, _identity) = (history, identity);

    public Recollection(DigestWindow digests, PayloadDigest digest) => (_digests, _digest) = (digests, digest);

    public Lock Gate => _history is null ? _digests!.Lock : _history.Lock;

    /// <summary>It came before.</summary>
    /// <param name="original">Null when that one is on disk; else the commit that it waits for.</param>
    public bool WasSeen(out Task? original)
    {
        original = null;
        return _history is null
            ? _digests!.HasSeen(_digest) || _digests.TryGetInFlight(_digest, out original)
            : _history.HasSeen(_identity.Epoch, _identity.Seq) || _history.TryGetInFlight(_identity.Epoch, _identity.Seq, out original);
    }

    /// <summary>It was appended; <paramref name="durable"/> says when it is on disk. With the gate held.</summary>
    public void BeginInFlight(Task durable)
    {
        if (_history is null) _digests!.BeginInFlight(_digest, durable);
        else _history.BeginInFlight(_identity.Epoch, _identity.Seq, durable);
    }

    /// <summary>It is on disk. Takes the gate.</summary>
    /// <param name="span">When it was measured, for the times of gaps.</param>
    public void Complete(in BatchSpan span = default)
    {
        lock (Gate)
        {
            if (_history is null)
            {
                _digests!.Complete(_digest);
                return;
            }

            _history.NoteFirst(_identity.Epoch, _identity.First);
            _history.Complete(_identity.Epoch, _identity.Seq, span);
        }
    }

    /// <summary>It did not get to disk. Takes the gate.</summary>
    public void Abandon()
    {
        lock (Gate)
        {
            if (_history is null) _digests!.Abandon(_digest);
            else _history.Abandon(_identity.Epoch, _identity.Seq);
        }
    }
}
