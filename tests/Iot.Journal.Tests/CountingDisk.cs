namespace Iot.Journal.Tests;

/// <summary>The real disk, counting the bytes read from it.</summary>
internal sealed class CountingDisk : IDisk
{
    private readonly PosixDisk _disk = new();
    private long _bytesRead;

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public void CreateDirectory(string path) => _disk.CreateDirectory(path);

    public IDisposable? TryLock(string path) => _disk.TryLock(path);

    public IReadOnlyList<DiskEntry> List(string directory) => _disk.List(directory);

    public bool Exists(string path) => _disk.Exists(path);

    public IDiskFile Create(string path) => new CountingFile(this, _disk.Create(path));

    public IDiskFile Open(string path, bool writable) => new CountingFile(this, _disk.Open(path, writable));

    public void Rename(string path, string newPath) => _disk.Rename(path, newPath);

    public void Delete(string path) => _disk.Delete(path);

    public void SyncDirectory(string path) => _disk.SyncDirectory(path);

    public long FreeBytes(string directory) => _disk.FreeBytes(directory);

    private sealed class CountingFile(CountingDisk disk, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> destination, long position)
        {
            var read = file.Read(destination, position);
            Interlocked.Add(ref disk._bytesRead, read);
            return read;
        }

        public void Write(ReadOnlySpan<byte> source, long position) => file.Write(source, position);

        public void Truncate(long length) => file.Truncate(length);

        public void Sync() => file.Sync();

        public void DropCache() => file.DropCache();

        public void Dispose() => file.Dispose();
    }
}
