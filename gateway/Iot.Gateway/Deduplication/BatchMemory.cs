using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>Where a batch is looked up: by its identity in its device's history, or by digest when it has none. Thread-safe.</summary>
internal sealed class BatchMemory(Deduplicator histories, DigestWindow digests)
{
    public Recollection Recall(ReadingBatch batch, ReadOnlySpan<byte> payload) => batch.Identity is { } identity
        ? new(histories.Of(batch.Device), identity)
        : new(digests, PayloadDigest.Of(batch, payload));

    /// <summary>It came before. Only asked: a device that never spoke stays unknown.</summary>
    public bool HasSeen(ReadingBatch batch, ReadOnlySpan<byte> payload)
    {
        if (batch.Identity is not null && !histories.TryFind(batch.Device, out _)) return false;

        var known = Recall(batch, payload);
        lock (known.Gate) return known.WasSeen(out _);
    }

    /// <summary>Recovery: a batch without identity was found on disk. Its age counts from now.</summary>
    public void Remember(ReadingBatch batch, ReadOnlySpan<byte> payload)
    {
        lock (digests.Lock) digests.Remember(PayloadDigest.Of(batch, payload));
    }

    /// <summary>Recovery: a batch with identity was found on disk.</summary>
    /// <param name="device">Whose it is.</param>
    /// <param name="identity">Its own.</param>
    /// <param name="span">Unknown where only its record's head was read.</param>
    public void Remember(DeviceId device, in BatchIdentity identity, in BatchSpan span = default)
    {
        var history = histories.Of(device);
        lock (history.Lock)
        {
            history.NoteFirst(identity.Epoch, identity.First);
            history.Remember(identity.Epoch, identity.Seq, span);
        }
    }
}
