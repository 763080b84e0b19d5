using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Iot.Journal;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>One life of an outbox: where its sequence numbers start.</summary>
/// <param name="Number">Random, not 0.</param>
/// <param name="Base">Offset of the journal that has seq 1.</param>
internal sealed record Epoch(ulong Number, ulong Base)
{
    public ulong SeqOf(ulong offset) => offset - Base + 1;

    public override string ToString() => Number.ToString("x16", CultureInfo.InvariantCulture);

    public static Epoch StartAt(ulong offset)
    {
        Span<byte> bytes = stackalloc byte[8];
        ulong number;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            number = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }
        while (number == 0);

        return new(number, offset);
    }
}

/// <summary>Keeps the epoch on disk: replaced as a whole, or not at all.</summary>
//
//   0         4              12           20        24
//   | "EPO1" | number (LE) | base (LE) | crc32c |
//
internal static class EpochFile
{
    private const int Size = 24;
    private const string Name = "epoch";
    private const string NewName = "epoch.new";

    private static ReadOnlySpan<byte> Magic => "EPO1"u8;

    /// <returns>Null when there is none, or it is not what <see cref="Write"/> wrote.</returns>
    public static Epoch? Read(IDisk disk, string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!disk.Exists(path)) return null;

        using var file = disk.Open(path, writable: false);
        Span<byte> bytes = stackalloc byte[Size];
        if (file.Length != Size || file.Read(bytes, 0) != Size) return null;
        if (!bytes[..4].SequenceEqual(Magic)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != Checksum(bytes[..20])) return null;

        return new(BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]));
    }

    /// <summary>Returns once it is on disk, name and all.</summary>
    public static void Write(IDisk disk, string directory, Epoch epoch)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], epoch.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[12..], epoch.Base);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Checksum(bytes[..20]));

        var (newPath, path) = (Path.Combine(directory, NewName), Path.Combine(directory, Name));
        if (disk.Exists(newPath)) disk.Delete(newPath); // of a write that was cut short
        using (var file = disk.Create(newPath))
        {
            file.Write(bytes, 0);
            file.Sync();
        }

        disk.Rename(newPath, path);
        disk.SyncDirectory(directory);
    }

    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
