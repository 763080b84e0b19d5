using System.Text;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>Which series each device has opened, in a file of its own beside the books, and never behind them.</summary>
/// <remarks>
/// <code>
/// "IOTS" | version u32 | seed u64
/// devices n i32 : device | series n i32 : name u64, ascending
/// </code>
/// Little-endian, strings as <see cref="BinaryWriter"/> writes them; no device twice. <see cref="SnapshotFile"/> adds the checksum.
/// </remarks>
internal sealed class SeriesSnapshot(SeriesBudget series, SnapshotFile file)
{
    public const string Name = "series.snapshot";

    private const uint Magic = 0x53544F49;
    private const uint Version = 1;

    private long _written = -1;

    /// <summary>Does nothing when no series was opened since.</summary>
    /// <exception cref="IOException">The old file is still the valid one.</exception>
    public void WriteDown()
    {
        var count = series.Count;
        if (count == _written) return;

        var bytes = new MemoryStream();
        Write(bytes);
        file.Replace(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        _written = count;
    }

    /// <summary>Without a file nothing is known yet.</summary>
    /// <exception cref="InvalidDataException">Not a snapshot of ours. Nothing was taken over.</exception>
    public void Read()
    {
        if (file.Read() is { } bytes) Read(new MemoryStream(bytes));
    }

    /// <inheritdoc cref="SnapshotFile.SetAside"/>
    public string SetAside(long atMs) => file.SetAside(atMs);

    private void Read(Stream from)
    {
        using var reader = new BinaryReader(from, Encoding.UTF8);
        if (reader.ReadUInt32() != Magic || reader.ReadUInt32() != Version)
            throw new InvalidDataException("not a snapshot of series, or one of another version");

        var seed = reader.ReadUInt64();
        series.Restore(seed, reader.ReadList(ReadDevice, static entry => entry.Device));
    }

    private void Write(Stream to)
    {
        using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
        var devices = series.Devices.ToList();
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(series.Seed);
        writer.Write(devices.Count);
        foreach (var (device, known) in devices)
        {
            lock (known.Lock)
            {
                writer.Write(device.Value);
                writer.Write(known.Names.Count);
                foreach (var name in known.Names) writer.Write(name);
            }
        }
    }

    private static (DeviceId Device, IReadOnlyList<ulong> Names) ReadDevice(BinaryReader reader)
    {
        var device = DeviceId.Parse(reader.ReadName());
        var names = new List<ulong>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var name = reader.ReadUInt64();
            if (names.Count > 0 && name <= names[^1]) throw new InvalidDataException($"the series of {device} are not in order");
            names.Add(name);
        }

        return (device, names);
    }
}
