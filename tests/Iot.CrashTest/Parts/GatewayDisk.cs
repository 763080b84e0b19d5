using System.ComponentModel;
using System.Runtime.InteropServices;
using Iot.Testing;
using Microsoft.Win32.SafeHandles;

namespace Iot.CrashTest.Parts;

/// <summary>Where the gateway keeps its data. With power cuts it is an ext4 file system of its own that can lose all that was not synced.</summary>
/// <remarks>
/// A SIGKILL loses nothing that was written: the kernel still has it. A power cut does. Here the file system is told to stop at once,
/// without writing anything more (EXT4_IOC_SHUTDOWN), and is mounted again: what was not synced is gone, as if the plug had been pulled.
/// </remarks>
internal sealed partial class GatewayDisk : IAsyncDisposable
{
    private const long ImageBytes = 4L << 30; // sparse
    private const nuint Shutdown = 0x8004587D;
    private const uint WithoutFlush = 2;
    private const int CloseOnExec = 0x80000; // or a program started meanwhile would hold the mount

    private readonly TempDirectory _directory = new();
    private readonly string _image;

    private GatewayDisk(bool canCut)
    {
        (CanCut, _image, Path) = (canCut, _directory["disk.img"], _directory["disk"]);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public bool CanCut { get; }

    /// <param name="canCut">Needs root, ext4 and loop devices.</param>
    public static async Task<GatewayDisk> CreateAsync(bool canCut)
    {
        var disk = new GatewayDisk(canCut);
        if (!canCut) return disk;

        await using (var image = File.Create(disk._image)) image.SetLength(ImageBytes);
        await RunAsync("mkfs.ext4", "-q", "-F", disk._image);
        await disk.MountAsync();
        return disk;
    }

    /// <summary>From now on every read and write fails, and what was not synced is gone.</summary>
    public void Cut()
    {
        using var root = OpenDirectory(Path);
        if (Ioctl(root, Shutdown, WithoutFlush) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"The file system of {Path} cannot be shut down");
    }

    /// <summary>Once nobody uses it: as it is found after a power cut.</summary>
    public async Task PlugInAsync()
    {
        await UnmountAsync();
        await MountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (CanCut) await UnmountAsync();
        _directory.Dispose();
    }

    /// <summary>The last file of a killed process may be closed a moment after its end.</summary>
    private Task UnmountAsync() => Eventually.TrueAsync(async () => (await RealProcess.RunAsync("umount", [Path])).ExitCode == 0, $"{Path} can be unmounted");

    private Task MountAsync() => RunAsync("mount", "-o", "loop", _image, Path);

    private static async Task RunAsync(string program, params string[] words)
    {
        var (exitCode, output) = await RealProcess.RunAsync(program, words);
        if (exitCode != 0) throw new IOException($"{program} {string.Join(' ', words)} ended with {exitCode}: {output} Power cuts need root, ext4 and a free loop device; --power-cuts no leaves them out.");
    }

    private static SafeFileHandle OpenDirectory(string path)
    {
        var handle = new SafeFileHandle(Open(path, CloseOnExec), ownsHandle: true);
        return handle.IsInvalid ? throw new Win32Exception(Marshal.GetLastPInvokeError(), path) : handle;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, in uint argument);
}
