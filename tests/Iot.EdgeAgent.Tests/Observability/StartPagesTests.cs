using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent.Tests.Observability;

public class StartPagesTests
{
    [Fact]
    public void Only_files_that_are_neither_writable_nor_changed_are_given_back()
    {
        var clean = StartPages.Clean(
        [
            .. Entry("1000-3000 r-xp 0001a000 fe:00 11913201                   /usr/lib/iot-edge-agent/iot-edge-agent", rss: 8, dirty: 0), // program text
            .. Entry("3000-5000 r--p 0080c000 fe:00 11913201                   /usr/lib/iot-edge-agent/iot-edge-agent", rss: 4, dirty: 0), // constants
            .. Entry("5000-6000 r--p 0041f000 fe:00 332131                     /usr/lib/libcrypto.so.3", rss: 4, dirty: 4), // relocated by the loader
            .. Entry("6000-7000 rw-p 00f09000 fe:00 11913201                   /usr/lib/iot-edge-agent/iot-edge-agent", rss: 4, dirty: 0),
            .. Entry("7000-9000 rw-p 00000000 00:00 0 ", rss: 8, dirty: 8),
            .. Entry("9000-a000 r-xp 00000000 00:00 0                          [vdso]", rss: 4, dirty: 0),
            .. Entry("a000-b000 r--p 00000000 00:00 0 ", rss: 4, dirty: 0),
        ]);

        Assert.Equal([(0x1000, 0x2000, 8192L), (0x3000, 0x2000, 4096L)], clean.Select(mapping => ((int)mapping.Start, (int)mapping.Length, mapping.Resident)));
    }

    [Fact]
    public void The_kernels_own_text_is_understood() => Assert.NotEmpty(StartPages.Clean(File.ReadLines("/proc/self/smaps")));

    private static string[] Entry(string head, int rss, int dirty) =>
        [head, "Size:                  8 kB", $"Rss:                   {rss} kB", "Private_Clean:         0 kB", $"Private_Dirty:         {dirty} kB", "VmFlags: rd ex mr mw me"];
}
