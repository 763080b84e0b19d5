using System.Runtime.InteropServices;

namespace Iot.LoadTest.Devices;

/// <summary>When the last messages of a device were published, for whoever meets their readings again. Thread-safe.</summary>
internal sealed class SendTimes
{
    /// <summary>Messages remembered a device; what a sink sees later than that is not timed.</summary>
    private const int Remembered = 2048;

    private readonly Entry[] _entries;

    public SendTimes(int connections) => _entries = new Entry[Math.Clamp(4_000_000 / connections, 64, Remembered)];

    public void Set(ulong seq, long timestamp)
    {
        ref var entry = ref _entries[seq % (ulong)_entries.Length];
        Volatile.Write(ref entry.Seq, 0);
        Volatile.Write(ref entry.Timestamp, timestamp);
        Volatile.Write(ref entry.Seq, seq);
    }

    public bool TryGet(ulong seq, out long timestamp)
    {
        ref var entry = ref _entries[seq % (ulong)_entries.Length];
        timestamp = Volatile.Read(ref entry.Timestamp);
        return Volatile.Read(ref entry.Seq) == seq;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public ulong Seq;
        public long Timestamp;
    }
}
