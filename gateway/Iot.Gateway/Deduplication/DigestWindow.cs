using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Iot.Gateway.Deduplication;

/// <summary>Messages without identity seen lately, by digest: bounded by count and age, so the ledger says "not provable" for them.</summary>
/// <remarks>One for the whole gateway. Take <see cref="Lock"/> around every call; the protocol is that of <see cref="SequenceHistory"/>.</remarks>
internal sealed class DigestWindow(DeduplicationOptions options, TimeProvider clock)
{
    private readonly HashSet<PayloadDigest> _seen = [];
    private readonly Queue<(PayloadDigest Digest, long At)> _byAge = new();
    private readonly Dictionary<PayloadDigest, Task> _inFlight = [];

    public Lock Lock { get; } = new();

    public int Count => _seen.Count;

    public bool HasSeen(in PayloadDigest digest)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        ForgetOld();
        return _seen.Contains(digest);
    }

    /// <summary>The task ends when that message is on disk, and fails when it did not get there.</summary>
    public bool TryGetInFlight(in PayloadDigest digest, [NotNullWhen(true)] out Task? durable)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        return _inFlight.TryGetValue(digest, out durable);
    }

    public void BeginInFlight(in PayloadDigest digest, Task durable)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        _inFlight[digest] = durable;
    }

    /// <summary>It is on disk: from now on it has been seen.</summary>
    public void Complete(in PayloadDigest digest)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        _inFlight.Remove(digest);
        Remember(digest);
    }

    /// <summary>It did not get to disk: the next one is new again.</summary>
    public void Abandon(in PayloadDigest digest)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        _inFlight.Remove(digest);
    }

    /// <summary>What is remembered and for how long, the oldest first.</summary>
    public IReadOnlyList<(PayloadDigest Digest, TimeSpan Age)> All()
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        ForgetOld();
        return [.. _byAge.Select(entry => (entry.Digest, clock.GetElapsedTime(entry.At)))];
    }

    /// <summary>Recovery: it was found on disk. The oldest first.</summary>
    /// <param name="age">How old it was when it was noted; time while nothing ran does not count.</param>
    public void Remember(in PayloadDigest digest, TimeSpan age = default)
    {
        Debug.Assert(Lock.IsHeldByCurrentThread);
        if (!_seen.Add(digest)) return;

        _byAge.Enqueue((digest, clock.GetTimestamp() - (long)Math.Round(age.TotalSeconds * clock.TimestampFrequency)));
        if (_seen.Count > options.MaxDigests) _seen.Remove(_byAge.Dequeue().Digest);
    }

    private void ForgetOld()
    {
        while (_byAge.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.At) >= options.DigestAge)
            _seen.Remove(_byAge.Dequeue().Digest);
    }
}
