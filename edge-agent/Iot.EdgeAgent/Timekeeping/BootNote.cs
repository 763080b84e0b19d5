using System.Buffers.Binary;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>What is remembered of one boot, so that what it recorded can be given its time.</summary>
/// <param name="FirstNs">Since that boot, when the agent first ran in it.</param>
/// <param name="EndNs">Since that boot: nothing was recorded in it beyond.</param>
/// <param name="RawNs">Wall clock minus counting clock when the agent first ran in it, right or wrong.</param>
/// <param name="OffsetNs">The time at which it began, or rather what is to be added to its stamps; null while that is not known.</param>
/// <param name="IsEstimate">It ended before anybody could tell.</param>
internal sealed record BootNote(Guid Boot, long FirstNs, long EndNs, long RawNs, long? OffsetNs = null, bool IsEstimate = false)
{
    //
    //   boot 16 | first i64 | end i64 | raw i64 | offset i64 | kind u8: 0 not known, 1 bound, 2 estimated
    //
    public const int Size = 49;

    public void Write(Span<byte> destination)
    {
        Boot.TryWriteBytes(destination);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], FirstNs);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], EndNs);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], RawNs);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], OffsetNs ?? 0);
        destination[48] = OffsetNs is null ? (byte)0 : IsEstimate ? (byte)2 : (byte)1;
    }

    public static BootNote Read(ReadOnlySpan<byte> source) => new(
        new(source[..16]),
        BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
        source[48] == 0 ? null : BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
        source[48] == 2);
}
