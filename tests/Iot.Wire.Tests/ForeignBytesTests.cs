using System.Text;
using CsCheck;

namespace Iot.Wire.Tests;

/// <summary>No payload makes a decoder throw, run away or hand out ranges that are not there.</summary>
public class ForeignBytesTests
{
    private const string Pack = """
        [{"bn":"pump-7:","bt":1700000000.5,"bu":"Cel","bv":1,"bs":2,"bver":10,"n":"env/t\u00e9","u":"V","v":1.25,"s":1e3,"t":-5,"ut":3,
          "epoch":"00000000000000ff","seq":300,"first":2,"x":[1,{"y":[null,true]}]},
         {"n":"a","vs":"\ud83d\ude00 text"},{"n":"b","vd":"aGkgCg"},{"n":"c","vb":true},{"n":"d","must_":1}]
        """;

    [Fact]
    public void Random_bytes_are_refused_or_read()
    {
        using var decoder = new PayloadDecoder(64 * 1024);
        Gen.Byte.Array[0, 200].Sample(payload => AssertHarmless(decoder, payload), iter: 20_000, threads: 1);
    }

    [Fact]
    public void Random_bytes_behind_each_start_are_refused_or_read()
    {
        using var decoder = new PayloadDecoder(64 * 1024);
        byte[][] starts = [[0x81, 0xa2], [0x9f, 0xbf], "[{\""u8.ToArray(), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], [0x28, 0xb5, 0x2f, 0xfd]];
        Gen.Select(Gen.OneOf(starts), Gen.Byte.Array[0, 200])
            .Sample((start, rest) => AssertHarmless(decoder, [.. start, .. rest]), iter: 20_000, threads: 1);
    }

    [Fact]
    public void A_pack_with_changed_bytes_is_refused_or_read()
    {
        using var decoder = new PayloadDecoder(64 * 1024);
        byte[][] packs = [.. new[] { Form.Json, Form.Cbor }.Select(form => Packs.Bytes(form, Pack)).SelectMany(p => new[] { p, Packed(p, PayloadCompression.Gzip), Packed(p, PayloadCompression.Zstd) })];
        Assert.All(packs, pack => Assert.True(decoder.TryDecode(pack, Packs.Context(), new(), out _)));

        Gen.Select(Gen.OneOf(packs), Gen.Select(Gen.Int[0, 1000], Gen.Byte).Array[1, 4], Gen.Int[0, 1000], Gen.Bool)
            .Sample((pack, changes, cut, isCut) => AssertHarmless(decoder, Change(pack, changes, isCut ? cut : pack.Length)), iter: 40_000, threads: 1);
    }

    private static byte[] Packed(byte[] payload, PayloadCompression compression)
    {
        using var packer = new PayloadPacker(compression);
        var to = new System.Buffers.ArrayBufferWriter<byte>();
        packer.Pack(payload, to);
        return to.WrittenSpan.ToArray();
    }

    private static byte[] Change(byte[] pack, (int At, byte Value)[] changes, int cut)
    {
        var changed = pack.ToArray();
        foreach (var (at, value) in changes) changed[at % changed.Length] = value;
        return changed[..Math.Min(cut, changed.Length)];
    }

    private static void AssertHarmless(PayloadDecoder decoder, byte[] payload)
    {
        var batch = new ReadingBatch();
        var decoded = decoder.TryDecode(payload, Packs.Context(), batch, out var why);

        Assert.Equal(decoded, why.Error == DecodeError.None);
        Assert.InRange(why.Position, 0, Math.Max(payload.Length, 64 * 1024));
        Assert.Equal(Packs.Pump, batch.Device);
        Assert.True(decoded || batch.Count == 0 && batch.Identity is null);
        foreach (var reading in batch.Readings)
        {
            foreach (var range in new[] { reading.Measurement, reading.Field, reading.Unit }) _ = new UTF8Encoding(false, true).GetString(batch.Utf8(range));
            _ = batch.Utf8(reading.Text);
            Assert.True(reading.Defect != ReadingDefect.None || double.IsFinite(reading.Number));
            Assert.True(reading.Defect != ReadingDefect.None || !reading.Field.IsEmpty);
        }
    }
}
