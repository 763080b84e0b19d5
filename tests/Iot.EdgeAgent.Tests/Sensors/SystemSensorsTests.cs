using Iot.EdgeAgent.Sensors;

namespace Iot.EdgeAgent.Tests.Sensors;

public sealed class SystemSensorsTests : IDisposable
{
    private readonly KernelTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Processor_time_is_shared_out_by_state_over_the_time_since_the_last_round()
    {
        using var cpu = new CpuSensor(_tree.Proc);
        _tree.Write("proc/stat", "cpu  100 10 50 1000 40 5 5 0 0 0\ncpu0 1 2 3\nbtime 1\n");
        Assert.Empty(KernelTree.Sample(cpu));

        _tree.Write("proc/stat", "cpu  120 20 70 1140 50 5 5 0 0 0\ncpu0 1 2 3\nbtime 1\n");
        Assert.Equal(["cpu/usage=0.25 /", "cpu/user=0.15 /", "cpu/system=0.1 /", "cpu/iowait=0.05 /", "cpu/steal=0 /"], KernelTree.Sample(cpu));
    }

    [Fact]
    public void Memory_is_given_in_bytes()
    {
        using var memory = new MemorySensor(_tree.Proc);
        _tree.Write("proc/meminfo", "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     750 kB\nSwapTotal:        500 kB\nSwapFree:         400 kB\n");

        Assert.Equal(["memory/available=768000 B", "memory/usage=0.25 /", "memory/swap_used=102400 B"], KernelTree.Sample(memory));
    }

    [Fact]
    public void A_kernel_that_does_not_say_what_is_available_gives_no_reading_rather_than_a_wrong_one()
    {
        using var memory = new MemorySensor(_tree.Proc);
        _tree.Write("proc/meminfo", "MemTotal:        1000 kB\nMemFree:          100 kB\n");

        Assert.Empty(KernelTree.Sample(memory));
    }

    [Fact]
    public void Load_and_uptime_are_read()
    {
        using var load = new LoadSensor(_tree.Proc);
        _tree.Write("proc/loadavg", "0.20 0.18 0.12 1/80 11206\n");
        _tree.Write("proc/uptime", "350735.47 234388.90\n");

        Assert.Equal(["load/1m=0.2 count", "load/5m=0.18 count", "load/15m=0.12 count", "system/uptime=350735 s"], KernelTree.Sample(load));
    }

    [Fact]
    public void Disks_are_measured_once_each_and_neither_network_nor_image_file_systems_at_all()
    {
        var asked = new List<string>();
        using var disk = new DiskSpaceSensor(_tree.Proc, mountPoint =>
        {
            asked.Add(mountPoint);
            return new(1000, 400);
        });
        _tree.Write("proc/mounts", """
            proc /proc proc rw 0 0
            /dev/sda1 / ext4 rw 0 0
            /dev/sda1 /var/lib/docker ext4 rw 0 0
            /dev/sdb1 /media/usb\040stick vfat rw 0 0
            /dev/loop3 /snap/core squashfs ro 0 0
            server:/export /mnt/nfs nfs4 rw 0 0

            """);

        Assert.Equal(
            ["disk/root.available=400 B", "disk/root.usage=0.6 /", "disk/media_usb_stick.available=400 B", "disk/media_usb_stick.usage=0.6 /"],
            KernelTree.Sample(disk));
        Assert.Equal(["/", "/media/usb stick"], asked);
    }

    [Fact]
    public void A_mounted_file_is_no_disk_but_the_next_mount_of_its_device_is()
    {
        using var disk = new DiskSpaceSensor(_tree.Proc, _ => new(1000, 400));
        _tree.Write("etc/hosts", "127.0.0.1 localhost\n");
        _tree.Write("proc/mounts", $"/dev/vda1 {Path.GetFullPath(_tree.Proc + "/../etc/hosts")} ext4 rw 0 0\n/dev/vda1 /data ext4 rw 0 0\n");

        Assert.Equal(["disk/data.available=400 B", "disk/data.usage=0.6 /"], KernelTree.Sample(disk));
    }

    [Fact]
    public void Disk_traffic_is_a_rate_of_whole_disks()
    {
        using var io = new DiskIoSensor(_tree.Proc, _tree.Sys);
        _tree.Write("sys/block/sda/device/model", "disk");
        _tree.Write("proc/diskstats", "   8 0 sda 10 0 100 5 20 0 200 7 0 1000 12 0 0\n   8 1 sda1 10 0 100 5 20 0 200 7 0 1000 12\n   7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n");
        Assert.Empty(KernelTree.Sample(io, second: 0));

        _tree.Write("proc/diskstats", "   8 0 sda 10 0 300 5 20 0 240 7 0 3500 12 0 0\n   8 1 sda1 10 0 900 5 20 0 900 7 0 9000 12\n   7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n");
        Assert.Equal(
            ["diskio/sda.read=10240 B/s", "diskio/sda.written=2048 B/s", "diskio/sda.busy=0.25 /"],
            KernelTree.Sample(io, second: 10));
    }

    [Fact]
    public void Network_traffic_is_a_rate_and_a_counter_that_starts_again_makes_no_negative_one()
    {
        using var network = new NetworkSensor(_tree.Proc);
        Interfaces(received: 1000, sent: 500);
        Assert.Equal(["network/eth0.errors=3 count"], KernelTree.Sample(network, second: 0));

        Interfaces(received: 2000, sent: 1000);
        Assert.Equal(
            ["network/eth0.received=800 bit/s", "network/eth0.sent=400 bit/s", "network/eth0.errors=3 count"],
            KernelTree.Sample(network, second: 10));

        Interfaces(received: 10, sent: 10);
        Assert.Equal(["network/eth0.errors=3 count"], KernelTree.Sample(network, second: 20));
    }

    [Fact]
    public void A_text_longer_than_the_buffer_is_read_to_its_end()
    {
        using var file = new KernelFile(Path.Combine(_tree.Proc, "long"));
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"line {i}\n"));
        _tree.Write("proc/long", text);

        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(file.Read()));
        _tree.Write("proc/long", "short");
        Assert.Equal("short", System.Text.Encoding.UTF8.GetString(file.Read()));
    }

    private void Interfaces(long received, long sent) => _tree.Write("proc/net/dev", $"""
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
          eth0:{received} 29 1 0 0 0 0 0 {sent} 29 2 0 0 0 0 0
        veth12: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9
          ifb0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0

        """);
}
