using System.Buffers;

namespace Iot.Wire.Tests;

public sealed class PayloadUnpackerTests : IDisposable
{
    private const int MaxBytes = 256 * 1024;

    private readonly PayloadUnpacker _unpacker = new(MaxBytes);

    public static TheoryData<PayloadCompression> Compressions => [PayloadCompression.Gzip, PayloadCompression.Zstd];

    public void Dispose() => _unpacker.Dispose();

    [Fact]
    public void An_uncompressed_payload_is_passed_through_without_copying()
    {
        var payload = "[{}]"u8.ToArray();

        Assert.True(_unpacker.TryUnpack(payload, out var unpacked, out _));

        Assert.True(unpacked.Overlaps(payload, out var offset) && offset == 0 && unpacked.Length == payload.Length);
    }

    [Theory, MemberData(nameof(Compressions))]
    public void What_was_packed_is_unpacked(PayloadCompression compression)
    {
        foreach (var length in new[] { 0, 1, 100, 16 * 1024, 16 * 1024 + 1, 100_000, MaxBytes })
        {
            var payload = Noise(length);
            Assert.True(_unpacker.TryUnpack(Pack(payload, compression), out var unpacked, out var why), $"{length}: {why}");
            Assert.True(unpacked.SequenceEqual(payload));
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Zstd_packs_at_levels_1_to_3(int level)
    {
        using var packer = new PayloadPacker(PayloadCompression.Zstd, level);
        var to = new ArrayBufferWriter<byte>();
        packer.Pack(new byte[1000], to);
        packer.Pack(default, new ArrayBufferWriter<byte>());

        Assert.True(_unpacker.TryUnpack(to.WrittenSpan, out var unpacked, out _));
        Assert.Equal(1000, unpacked.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PayloadPacker(PayloadCompression.Zstd, 4));
    }

    [Fact]
    public void No_compression_packs_a_copy()
    {
        Assert.Equal("[{}]"u8.ToArray(), Pack("[{}]"u8.ToArray(), PayloadCompression.None));
    }

    [Theory, MemberData(nameof(Compressions))]
    public void A_bomb_is_too_large_and_costs_no_more_than_the_limit(PayloadCompression compression)
    {
        var bomb = Pack(new byte[20_000_000], compression);
        Assert.InRange(bomb.Length, 1, MaxBytes);
        _ = _unpacker.TryUnpack(Pack(Noise(MaxBytes), compression), out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.False(_unpacker.TryUnpack(bomb, out _, out var why));

        Assert.Equal(DecodeError.TooLarge, why.Error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Theory, MemberData(nameof(Compressions))]
    public void One_byte_more_than_the_limit_is_too_large(PayloadCompression compression)
    {
        Assert.False(_unpacker.TryUnpack(Pack(Noise(MaxBytes + 1), compression), out _, out var why));
        Assert.Equal(DecodeError.TooLarge, why.Error);
    }

    [Fact]
    public void One_byte_more_than_the_limit_is_too_large_uncompressed_too()
    {
        Assert.False(_unpacker.TryUnpack(Noise(MaxBytes + 1), out _, out var why));
        Assert.Equal(DecodeError.TooLarge, why.Error);
    }

    [Theory]
    [InlineData("28B52FFDE0FFFFFFFFFFFFFF7F")] // a frame of 2^63 bytes
    [InlineData("28B52FFDE00000004000000000010000")] // of 1 GiB
    [InlineData("28B52FFD00F8010000")] // a window of 2^41 bytes
    public void A_header_that_lies_allocates_nothing(string hex)
    {
        var payload = Convert.FromHexString(hex);
        _ = _unpacker.TryUnpack(Pack(Noise(MaxBytes), PayloadCompression.Zstd), out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _ = _unpacker.TryUnpack(payload, out _, out var why);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.NotEqual(DecodeError.TooLarge, why.Error);
    }

    [Theory, MemberData(nameof(Compressions))]
    public void A_payload_cut_short_is_bad_compression_wherever_it_is_cut(PayloadCompression compression)
    {
        var packed = Pack(Noise(500), compression);
        for (var length = 4; length < packed.Length; length++)
        {
            Assert.False(_unpacker.TryUnpack(packed.AsSpan(0, length), out _, out var why), $"{length}");
            Assert.Equal(DecodeError.BadCompression, why.Error);
        }
    }

    [Theory, MemberData(nameof(Compressions))]
    public void A_flipped_bit_is_bad_compression(PayloadCompression compression)
    {
        var payload = Noise(500);
        var packed = Pack(payload, compression);
        for (var i = 16; i < packed.Length; i++)
        {
            packed[i] ^= 0x10;
            var unpacked = _unpacker.TryUnpack(packed, out var bytes, out var why);
            Assert.True(!unpacked && why.Error is DecodeError.BadCompression or DecodeError.TooLarge || bytes.SequenceEqual(payload), $"{i}: {why}");
            packed[i] ^= 0x10;
        }
    }

    [Fact]
    public void Bytes_behind_a_gzip_member_are_bad_compression()
    {
        byte[] packed = [.. Pack(Noise(500), PayloadCompression.Gzip), 1, 2, 3, 4];

        Assert.False(_unpacker.TryUnpack(packed, out _, out var why));
        Assert.Equal(DecodeError.BadCompression, why.Error);
    }

    [Theory, MemberData(nameof(Compressions))]
    public void A_damaged_payload_spoils_none_after_it(PayloadCompression compression)
    {
        var packed = Pack(Noise(500), compression);
        Assert.False(_unpacker.TryUnpack(packed.AsSpan(0, 200), out _, out _));

        Assert.True(_unpacker.TryUnpack(packed, out var unpacked, out _));
        Assert.Equal(Noise(500), unpacked.ToArray());
    }

    private static byte[] Pack(byte[] payload, PayloadCompression compression)
    {
        using var packer = new PayloadPacker(compression);
        var to = new ArrayBufferWriter<byte>();
        packer.Pack(payload, to);
        return to.WrittenSpan.ToArray();
    }

    /// <summary>Six random bits a byte: it shrinks, but not to nothing.</summary>
    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return [.. bytes.Select(b => (byte)(b & 0x3f))];
    }
}
