using Iot.Journal;

namespace Iot.Testing;

/// <summary>An open file of a <see cref="LossyDisk"/>; reads on when its name is gone.</summary>
internal sealed class LossyFile(LossyDisk disk, LossyInode inode, string path) : IDiskFile
{
    public long Length => disk.LengthOf(inode);

    public int Read(Span<byte> destination, long position) => disk.Read(inode, path, destination, position);

    public void Write(ReadOnlySpan<byte> source, long position) => disk.Write(inode, path, source, position);

    public void Truncate(long length) => disk.Truncate(inode, path, length);

    public void Sync() => disk.Sync(inode, path);

    public void DropCache() => disk.DropCache(inode);

    public void Dispose()
    {
        // Nothing to give back: what was not synced stays at risk, as it does on a real disk.
    }
}
