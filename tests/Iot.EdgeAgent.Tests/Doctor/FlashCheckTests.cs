using Iot.EdgeAgent.Doctor;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Doctor;

/// <summary>Kernel files as a board with an eMMC and an SD card has them.</summary>
public sealed class FlashCheckTests : IDisposable
{
    private readonly TempDirectory _kernel = new();

    public FlashCheckTests()
    {
        Write("proc/self/mountinfo", """
            22 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw
            40 22 179:34 / /var/lib rw - ext4 /dev/mmcblk1p2 rw
            41 22 0:25 / /run rw - tmpfs tmpfs rw

            """);
        Card("mmcblk0", "mmcblk0p2", "179:2", "MMC");
        Card("mmcblk1", "mmcblk1p2", "179:34", "SD");
    }

    public void Dispose() => _kernel.Dispose();

    [Theory]
    [InlineData("0x01 0x02", "Ok", "10 to 20 %"), InlineData("0x0a 0x01", "Warn", "90 to 100 %")]
    public void An_eMMC_tells_how_much_of_its_life_is_used(string life, string grade, string found)
    {
        Write("sys/devices/mmcblk0/device/life_time", life + "\n");

        var finding = Assert.Single(Run("/opt/agent"));

        Assert.Equal(Enum.Parse<Grade>(grade), finding.Grade);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_below_another_mount_lie_on_that_card() => Assert.Contains("SD card", Assert.Single(Run("/var/lib/iot-edge-agent")).Found, StringComparison.Ordinal);

    [Fact]
    public void Memory_and_disks_that_are_no_cards_are_not_spoken_of() => Assert.Empty(Run("/run/agent"));

    private IEnumerable<Finding> Run(string path) => FlashCheck.Run(path, _kernel["proc"], _kernel["sys"]);

    private void Card(string name, string partition, string number, string type)
    {
        Write($"sys/devices/{name}/device/type", type + "\n");
        Directory.CreateDirectory(_kernel[$"sys/devices/{name}/{partition}"]);
        Directory.CreateDirectory(_kernel["sys/dev/block"]);
        Directory.CreateSymbolicLink(_kernel[$"sys/dev/block/{number}"], $"../../devices/{name}/{partition}");
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_kernel[path])!);
        File.WriteAllText(_kernel[path], text);
    }
}
