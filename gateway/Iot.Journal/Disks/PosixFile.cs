using Microsoft.Win32.SafeHandles;

namespace Iot.Journal;

internal sealed class PosixFile(string path, FileMode mode, FileAccess access) : IDiskFile
{
    // Sharing is all open: readers follow the writer in the same file, and the journal's own lock keeps others out.
    private readonly SafeFileHandle _file = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);

    public long Length => RandomAccess.GetLength(_file);

    public int Read(Span<byte> destination, long position)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var read = ReadOnce(destination[total..], position + total);
            if (read == 0) break;
            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        try
        {
            RandomAccess.Write(_file, source, position);
        }
        catch (Exception failure) when (PosixDisk.ErrnoOf(failure) is { } errno)
        {
            throw new DiskException("write to", path, errno, failure);
        }
    }

    public void Truncate(long length) => PosixDisk.Guard("truncate", path, () =>
    {
        RandomAccess.SetLength(_file, length);
        return true;
    });

    public void Sync() => Libc.SyncData(_file, path);

    public void DropCache() => Libc.DropCache(_file);

    public void Dispose() => _file.Dispose();

    private int ReadOnce(Span<byte> destination, long position)
    {
        try
        {
            return RandomAccess.Read(_file, destination, position);
        }
        catch (Exception failure) when (PosixDisk.ErrnoOf(failure) is { } errno)
        {
            throw new DiskException("read of", path, errno, failure);
        }
    }
}
