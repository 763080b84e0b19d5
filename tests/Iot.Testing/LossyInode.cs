using System.Runtime.InteropServices;

namespace Iot.Testing;

/// <summary>A file of <see cref="LossyDisk"/>: what programs see, what is on the platter, and what lies between.</summary>
internal sealed class LossyInode(byte[] content)
{
    private readonly List<(int Position, byte[]? Bytes)> _unsynced = []; // null: cut at Position
    private List<byte> _durable = [.. content];

    public List<byte> Now { get; } = [.. content];

    /// <summary>Bytes that the disk does not give any more.</summary>
    public List<(long From, long To)> Unreadable { get; init; } = [];

    public bool IsUnreadable(long position, int length) => Unreadable.Exists(range => position < range.To && position + length > range.From);

    public int Read(Span<byte> destination, long position)
    {
        var length = (int)Math.Clamp(Now.Count - position, 0, destination.Length);
        if (length > 0) CollectionsMarshal.AsSpan(Now).Slice((int)position, length).CopyTo(destination);
        return length;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        var bytes = source.ToArray();
        Apply(Now, ((int)position, bytes));
        _unsynced.Add(((int)position, bytes));
    }

    public void Truncate(int length)
    {
        Apply(Now, (length, null));
        _unsynced.Add((length, null));
    }

    public void Sync()
    {
        foreach (var change in _unsynced) Apply(_durable, change);
        _unsynced.Clear();
    }

    /// <summary>The kernel marks the pages clean: some reached the disk, none will be tried again.</summary>
    public void FailSync(Random random)
    {
        Survive(_durable, random);
        _unsynced.Clear();
    }

    /// <summary>What a failed sync lost is now seen to be lost; what still waits for a sync is not.</summary>
    public void DropCache()
    {
        Now.Clear();
        Now.AddRange(_durable);
        foreach (var change in _unsynced) Apply(Now, change);
    }

    public LossyInode AfterPowerCut(Random random)
    {
        Survive(_durable, random);
        return new([.. _durable]) { Unreadable = Unreadable };
    }

    private void Survive(List<byte> file, Random random)
    {
        foreach (var (position, bytes) in _unsynced)
        {
            switch (random.Next(3))
            {
                case 0:
                    break;
                case 1 when bytes is { Length: > 0 }:
                    var from = random.Next(2) == 0 ? 0 : random.Next(bytes.Length);
                    Apply(file, (position + from, bytes[from..random.Next(from, bytes.Length + 1)]));
                    break;
                default:
                    Apply(file, (position, bytes));
                    break;
            }
        }
    }

    private static void Apply(List<byte> file, (int Position, byte[]? Bytes) change)
    {
        var (position, bytes) = change;
        if (bytes is null && file.Count > position) file.RemoveRange(position, file.Count - position);

        var end = position + (bytes?.Length ?? 0);
        if (file.Count < end) file.AddRange(new byte[end - file.Count]); // holes read as zeros
        bytes?.CopyTo(CollectionsMarshal.AsSpan(file)[position..]);
    }
}
