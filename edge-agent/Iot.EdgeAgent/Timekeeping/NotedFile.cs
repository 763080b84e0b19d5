using System.Buffers.Binary;
using System.Numerics;
using Iot.Journal;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>A few bytes that survive a power cut: replaced as a whole, or not at all.</summary>
//
//   0       4          4 + n    8 + n
//   | magic | body [n] | crc32c |
//
internal sealed class NotedFile(IDisk disk, string directory, string name, uint magic)
{
    private const int Frame = 8;
    private const int Largest = 64 * 1024;

    public string FullPath { get; } = Path.Combine(directory, name);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">It is not what <see cref="Write"/> wrote.</exception>
    public byte[]? Read()
    {
        if (!disk.Exists(FullPath)) return null;

        using var file = disk.Open(FullPath, writable: false);
        var bytes = new byte[Math.Min(file.Length, Largest)];
        if (bytes.Length < Frame || file.Read(bytes, 0) != bytes.Length || !IsWhole(bytes))
            throw new InvalidDataException($"'{FullPath}' is damaged");

        return bytes[4..^4];
    }

    /// <summary>Returns once it is on disk, name and all.</summary>
    /// <exception cref="IOException">The old one is still there.</exception>
    public void Write(ReadOnlySpan<byte> body)
    {
        var bytes = new byte[Frame + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, magic);
        body.CopyTo(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 + body.Length), Checksum(bytes.AsSpan(0, 4 + body.Length)));

        disk.CreateDirectory(directory);
        var fresh = FullPath + ".new";
        if (disk.Exists(fresh)) disk.Delete(fresh); // of a write that was cut short
        using (var file = disk.Create(fresh))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.Rename(fresh, FullPath);
        disk.SyncDirectory(directory);
    }

    private bool IsWhole(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes) == magic
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Checksum(bytes[..^4]);

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
