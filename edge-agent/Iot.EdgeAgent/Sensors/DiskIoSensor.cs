using System.Text;

namespace Iot.EdgeAgent.Sensors;

/// <summary>What whole disks read and write: <c>/proc/diskstats</c>.</summary>
internal sealed class DiskIoSensor(string procPath, string sysPath) : ISensor
{
    private const int SectorBytes = 512; // whatever the disk's own sector size is

    private readonly KernelFile _diskstats = new(Path.Combine(procPath, "diskstats"));
    private readonly Dictionary<string, Disk?> _disks = new(StringComparer.Ordinal);

    public string Name => "system.diskio";

    public void Sample(SensorReadings readings)
    {
        var lookup = _disks.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> name = stackalloc char[64];
        var text = _diskstats.Read();
        foreach (var line in text.Split((byte)'\n'))
        {
            // major minor NAME reads merged SECTORS-READ ms writes merged SECTORS-WRITTEN ms in-flight MS-BUSY …
            var words = new Words(text[line]);
            words.Skip(2);
            var word = words.Next();
            if (word.IsEmpty || word.Length > name.Length) continue;

            var device = name[..Encoding.UTF8.GetChars(word, name)];
            if (!lookup.TryGetValue(device, out var disk)) lookup[device] = disk = Find(device.ToString());
            disk?.Sample(ref words, readings);
        }
    }

    public void Dispose() => _diskstats.Dispose();

    /// <summary>Null for partitions, loop devices and the like: only a whole disk has a device behind it.</summary>
    private Disk? Find(string name) => Directory.Exists(Path.Combine(sysPath, "block", name, "device")) ? new(name) : null;

    private sealed class Disk(string device)
    {
        private readonly ReadingName _readName = new("diskio", $"{device}.read", Units.BytesPerSecond);
        private readonly ReadingName _writtenName = new("diskio", $"{device}.written", Units.BytesPerSecond);
        private readonly ReadingName _busyName = new("diskio", $"{device}.busy", Units.Ratio);
        private Rate _read;
        private Rate _written;
        private Rate _busy;

        public void Sample(ref Words words, SensorReadings readings)
        {
            words.Skip(2);
            readings.Add(_readName, _read.Next(words.NextNumber() * SectorBytes, readings.Seconds));
            words.Skip(3);
            readings.Add(_writtenName, _written.Next(words.NextNumber() * SectorBytes, readings.Seconds));
            words.Skip(2);
            readings.AddRatio(_busyName, _busy.Next(words.NextNumber(), readings.Seconds), 1000);
        }
    }
}
