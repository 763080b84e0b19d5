using System.Runtime.InteropServices;
using Iot.Journal;
using Microsoft.Win32.SafeHandles;

namespace Iot.EdgeAgent.Updating;

/// <summary>Reads what another account owns: it may be a link, a pipe or endless by the time it is opened.</summary>
internal static partial class UntrustedFile
{
    private const int ReadOnly = 0, NonBlocking = 0x800, CloseOnExec = 0x80000; // O_RDONLY, O_NONBLOCK, O_CLOEXEC of Linux on every processor of ours

    /// <summary>O_NOFOLLOW differs between processors.</summary>
    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 0x20000 : 0x8000;

    /// <returns>Null: it is not there, is a link, or holds more than <paramref name="most"/>.</returns>
    public static byte[]? Read(string path, int most)
    {
        using var file = Open(path);
        if (file is null) return null;

        using var bytes = new MemoryStream();
        return Copy(file, bytes, most) ? bytes.ToArray() : null;
    }

    /// <summary>Copies it, and returns once the copy is on disk.</summary>
    /// <returns>False: nothing that could be copied, and nothing is there.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static bool TryCopy(string from, string to, long most)
    {
        using var file = Open(from);
        if (file is null) return false;

        bool whole;
        using (var copy = new FileStream(to, FileMode.CreateNew, FileAccess.Write)) whole = Copy(file, copy, most);
        if (!whole) File.Delete(to);
        if (!whole) return false;

        using var written = new PosixDisk().Open(to, writable: true);
        written.Sync();
        return true;
    }

    private static bool Copy(SafeFileHandle file, Stream to, long most)
    {
        using var source = new FileStream(file, FileAccess.Read, bufferSize: 0);
        if (!source.CanSeek) return false; // a pipe

        var buffer = new byte[64 * 1024];
        var total = 0L;
        while (source.Read(buffer) is var count and > 0)
        {
            total += count;
            if (total > most) return false;

            to.Write(buffer.AsSpan(0, count));
        }

        return true;
    }

    private static SafeFileHandle? Open(string path)
    {
        var descriptor = Open(path, ReadOnly | NonBlocking | CloseOnExec | NoFollow);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
