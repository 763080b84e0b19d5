using System.Text;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Room on the file systems that lie on a device: <c>/proc/mounts</c> and statvfs.</summary>
/// <remarks>Network file systems are left out on purpose: asking a server that is gone blocks for ever.</remarks>
internal sealed class DiskSpaceSensor(string procPath, Func<string, DiskSpace> measure) : ISensor
{
    private const int MaxFileSystems = 16;

    private readonly KernelFile _mounts = new(Path.Combine(procPath, "mounts"));
    private readonly List<FileSystem> _fileSystems = [];
    private byte[] _lastMounts = [];

    public string Name => "system.disk";

    public void Sample(SensorReadings readings)
    {
        var mounts = _mounts.Read();
        if (!mounts.SequenceEqual(_lastMounts)) FindFileSystems(mounts);

        foreach (var fileSystem in _fileSystems)
        {
            var space = measure(fileSystem.MountPoint);
            readings.Add(fileSystem.Available, space.AvailableBytes);
            readings.AddRatio(fileSystem.Usage, space.TotalBytes - space.AvailableBytes, space.TotalBytes);
        }
    }

    public void Dispose() => _mounts.Dispose();

    private void FindFileSystems(ReadOnlySpan<byte> mounts)
    {
        _lastMounts = mounts.ToArray();
        _fileSystems.Clear();
        var devices = new HashSet<string>(StringComparer.Ordinal); // a bind mount shows the same device again
        foreach (var line in Encoding.UTF8.GetString(mounts).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (words.Length < 3 || words[2] is "squashfs" or "iso9660") continue; // always full, by nature
            if (!words[0].StartsWith("/dev/", StringComparison.Ordinal) || _fileSystems.Count == MaxFileSystems) continue;

            var mountPoint = words[1].Replace("\\040", " ", StringComparison.Ordinal);
            if (File.Exists(mountPoint)) continue; // a single file, such as /etc/hosts in a container
            if (!devices.Add(words[0])) continue;

            var name = mountPoint is "/" ? "root" : mountPoint;
            _fileSystems.Add(new(mountPoint, new("disk", $"{name}.available", Units.Bytes), new("disk", $"{name}.usage", Units.Ratio)));
        }
    }

    private sealed record FileSystem(string MountPoint, ReadingName Available, ReadingName Usage);
}

/// <summary>Size and room of a file system, in bytes.</summary>
internal readonly record struct DiskSpace(long TotalBytes, long AvailableBytes)
{
    /// <exception cref="IOException">It is not mounted any more.</exception>
    public static DiskSpace Of(string mountPoint)
    {
        var drive = new DriveInfo(mountPoint);
        return new(drive.TotalSize, drive.AvailableFreeSpace);
    }
}
