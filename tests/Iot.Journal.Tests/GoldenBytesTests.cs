using System.Text;

namespace Iot.Journal.Tests;

/// <summary>The bytes of FORMAT.md. A change here is a change of the format: raise its version.</summary>
public sealed class GoldenBytesTests
{
    [Fact]
    public void Crc32c_is_the_published_one()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x00000000u, Crc32C.Of([]));
    }

    [Fact]
    public void Segment_header()
    {
        var header = new SegmentHeader(
            Mark: 0x04030201, Identity: 0x1122334455667788, FirstOffset: 33,
            DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        var bytes = new byte[SegmentHeader.Size];
        header.Write(bytes);

        Assert.Equal(
            "89496F546A0D0A1A" + "01000000" + "01020304" + "8877665544332211" + "2100000000000000" +
            "0068E5CF8B010000" + "00000000" + "????????", Hex(bytes, unchecked4At: 44));
        Assert.True(SegmentHeader.TryRead(bytes, out var read, out var version));
        Assert.Equal((header, 1u), (read, version));
    }

    [Fact]
    public void Frame()
    {
        var bytes = new byte[FrameHeader.Size + 5];
        FrameHeader.Begin(bytes, 5, offset: 0x0807060504030201);
        "hello"u8.CopyTo(bytes.AsSpan(FrameHeader.Size));
        Assert.Equal(bytes.Length, FrameHeader.Seal(bytes, mark: 0xDDCCBBAA));

        Assert.Equal("AABBCCDD" + "05000000" + "????????" + "0102030405060708" + "68656C6C6F", Hex(bytes, unchecked4At: 8));
        Assert.Equal(new FrameHeader(0xDDCCBBAA, 5, Crc32C.Of(bytes.AsSpan(12)), 0x0807060504030201), FrameHeader.Read(bytes));
    }

    [Fact]
    public void Cursor_file()
    {
        var bytes = new byte[CursorSlot.FileSize];
        new CursorSlot(Turn: 1, Offset: 7).Write(bytes);
        var second = new CursorSlot(Turn: 2, Offset: 9);
        second.Write(bytes.AsSpan(second.Position));

        Assert.Equal((4096 + 24, 4096), (bytes.Length, second.Position));
        Assert.Equal("49637231" + "????????" + "0100000000000000" + "0700000000000000", Hex(bytes.AsSpan(0, 24), unchecked4At: 4));
        Assert.Equal("49637231" + "????????" + "0200000000000000" + "0900000000000000", Hex(bytes.AsSpan(4096), unchecked4At: 4));
        Assert.Equal(second, CursorSlot.ReadLatest(bytes));
    }

    private static string Hex(ReadOnlySpan<byte> bytes, int unchecked4At)
    {
        var hex = new StringBuilder(Convert.ToHexString(bytes));
        return hex.Replace(hex.ToString(unchecked4At * 2, 8), "????????", unchecked4At * 2, 8).ToString();
    }
}
