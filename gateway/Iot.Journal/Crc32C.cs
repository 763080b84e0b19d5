using System.Buffers.Binary;
using System.Numerics;

namespace Iot.Journal;

/// <summary>CRC-32C (Castagnoli), as iSCSI and ext4 use it; by instruction where the processor has one.</summary>
public static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;

        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);

        return ~crc;
    }
}
