using System.Diagnostics;

namespace Iot.LoadTest.Spool;

/// <summary>What the kernel keeps of files in memory: a start after a power cut has none of it.</summary>
internal static class PageCache
{
    /// <exception cref="UnauthorizedAccessException">Only root may.</exception>
    public static async Task DropAsync()
    {
        using (var sync = Process.Start("sync")) await sync.WaitForExitAsync(); // dirty pages stay otherwise
        await File.WriteAllTextAsync("/proc/sys/vm/drop_caches", "3\n");
    }
}
