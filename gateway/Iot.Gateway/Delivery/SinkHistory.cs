using System.Runtime.InteropServices;

namespace Iot.Gateway.Delivery;

/// <summary>What a sink has gone through since the start, and what it is owed: for the eyes of people. Thread-safe, cheap.</summary>
internal sealed class SinkHistory(TimeProvider clock)
{
    private const int LongestWords = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SinkFailure> _failures = new(StringComparer.Ordinal);
    private readonly Queue<long> _underWay = []; // receipt of the first message of each write, 0 for none
    private long _owedSinceNs;
    private DateTimeOffset? _lastStored;
    private long _attempts;
    private long _repeated;

    /// <summary>An attempt went through.</summary>
    public void Stored()
    {
        lock (_gate)
        {
            _attempts++;
            _lastStored = clock.GetUtcNow();
        }
    }

    /// <summary>An attempt did not.</summary>
    /// <param name="kind">One of a few: they are counted by it.</param>
    /// <param name="words">What the sink said, for people.</param>
    /// <param name="isRepeated">The same write is tried once more.</param>
    public void Failed(string kind, string words, bool isRepeated)
    {
        lock (_gate)
        {
            _attempts++;
            if (isRepeated) _repeated++;
            var before = _failures.GetValueOrDefault(kind);
            _failures[kind] = new(kind, before.Count + 1, clock.GetUtcNow(), words.Length <= LongestWords ? words : words[..LongestWords] + "…");
        }
    }

    /// <summary>Delivery goes on from a record that was received then; 0 when there is none.</summary>
    public void Resumes(long receivedNs)
    {
        lock (_gate)
        {
            _underWay.Clear();
            _owedSinceNs = receivedNs;
        }
    }

    /// <summary>A write is under way whose oldest message was received then.</summary>
    public void Begins(long receivedNs)
    {
        lock (_gate)
        {
            _underWay.Enqueue(receivedNs);
            _owedSinceNs = 0;
        }
    }

    /// <summary>The oldest write under way is done with.</summary>
    public void Settles()
    {
        lock (_gate) _underWay.TryDequeue(out _);
    }

    public SinkPast Look()
    {
        lock (_gate)
        {
            var owed = _underWay.FirstOrDefault(static receivedNs => receivedNs > 0);
            return new(_lastStored, _attempts, _repeated, [.. _failures.Values.OrderByDescending(failure => failure.Last)], owed > 0 ? owed : _owedSinceNs);
        }
    }
}

/// <param name="LastStored">When an attempt last went through; null before the first.</param>
/// <param name="Repeated">Attempts that were made once more.</param>
/// <param name="Failures">By kind, the latest first.</param>
/// <param name="OldestOwedNs">Receipt of the oldest message that it has yet to get; 0 for none.</param>
internal sealed record SinkPast(DateTimeOffset? LastStored, long Attempts, long Repeated, IReadOnlyList<SinkFailure> Failures, long OldestOwedNs)
{
    public static readonly SinkPast None = new(null, 0, 0, [], 0);
}

/// <param name="Words">Of the last one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SinkFailure(string Kind, long Count, DateTimeOffset Last, string Words);
