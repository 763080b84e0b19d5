using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Sensors;

/// <summary>A file of /proc or /sys, kept open and read anew from its start each time.</summary>
/// <remarks>Not thread-safe. The kernel makes the text on each read, so one open handle serves for ever.</remarks>
internal sealed class KernelFile(string path) : IDisposable
{
    private SafeFileHandle? _handle;
    private byte[] _buffer = new byte[256];

    public string Path { get; } = path;

    /// <returns>All of it; valid until the next call.</returns>
    /// <exception cref="IOException">It is not there, or the driver behind it failed; the next call opens it again.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public ReadOnlySpan<byte> Read()
    {
        try
        {
            _handle ??= File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = ReadToEnd(_handle); // first: it may put a larger buffer in place
            return _buffer.AsSpan(0, length);
        }
        catch (Exception) // whatever it is, the next call begins anew
        {
            Dispose(); // a device that went away may come back under the same name
            throw;
        }
    }

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }

    /// <summary>A short read is not the end: the kernel hands out what it has line by line.</summary>
    private int ReadToEnd(SafeFileHandle handle)
    {
        for (var length = 0; ;)
        {
            if (length == _buffer.Length) Array.Resize(ref _buffer, length * 2);

            var read = RandomAccess.Read(handle, _buffer.AsSpan(length), length);
            if (read == 0) return length;

            length += read;
        }
    }
}
