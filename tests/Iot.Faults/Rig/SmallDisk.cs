using System.ComponentModel;
using System.Globalization;
using Iot.Testing;

namespace Iot.Faults.Rig;

/// <summary>A file system of its own, a few megabytes large. Needs root, and says so without it.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempDirectory _home = new();

    private SmallDisk() => Directory.CreateDirectory(Path);

    public string Path => _home["disk"];

    private string Filler => System.IO.Path.Combine(Path, "filler");

    private long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <param name="kind"><c>tmpfs</c>, or <c>ext4</c> in a file behind a loop device.</param>
    /// <param name="megabytes">Its size.</param>
    public static async Task<SmallDisk> MountAsync(string kind, int megabytes)
    {
        Assert.True(Environment.IsPrivilegedProcess, "file systems are mounted here: run this as root");

        var disk = new SmallDisk();
        var size = string.Create(CultureInfo.InvariantCulture, $"{megabytes}M");
        if (kind is "tmpfs")
        {
            await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", disk.Path);
            return disk;
        }

        await RunAsync("truncate", "-s", size, disk._home["image"]);
        await RunAsync("mkfs.ext4", "-q", "-F", "-m", "0", disk._home["image"]);
        await RunAsync("mount", "-o", "loop", disk._home["image"], disk.Path);
        return disk;
    }

    /// <summary>Others write until nothing more fits, or but for <paramref name="leaving"/> bytes.</summary>
    public void Fill(long leaving = 0)
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var block = new byte[4096];
            while (FreeBytes >= leaving + block.Length || leaving == 0) filler.Write(block);
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void DeleteFiller() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Path);
        _home.Dispose();
    }

    public static async Task RunAsync(string program, params string[] words)
    {
        try
        {
            var (exitCode, output) = await RealProcess.RunAsync(program, words);
            Assert.True(exitCode == 0, $"{program} {string.Join(' ', words)} ended with {exitCode}: {output}");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} is missing; make faults installs it.", e);
        }
    }
}
