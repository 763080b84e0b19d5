using System.Buffers;

namespace Iot.Wire.Tests;

public sealed class PayloadDecoderTests : IDisposable
{
    private const string Pack = """[{"bn":"pump-7:","n":"x","v":1.5},{"n":"y","vb":true}]""";

    private readonly PayloadDecoder _decoder = new(64 * 1024);

    public void Dispose() => _decoder.Dispose();

    [Theory]
    [InlineData(Form.Json, PayloadCompression.None), InlineData(Form.Cbor, PayloadCompression.None)]
    [InlineData(Form.Json, PayloadCompression.Gzip), InlineData(Form.Cbor, PayloadCompression.Gzip)]
    [InlineData(Form.Json, PayloadCompression.Zstd), InlineData(Form.Cbor, PayloadCompression.Zstd)]
    public void A_pack_is_known_by_its_first_bytes(Form form, PayloadCompression compression)
    {
        using var packer = new PayloadPacker(compression);
        var payload = new ArrayBufferWriter<byte>();
        packer.Pack(Packs.Bytes(form, Pack), payload);
        var batch = new ReadingBatch();

        Assert.True(_decoder.TryDecode(payload.WrittenSpan, Packs.Context(), batch, out var why), why.ToString());

        Assert.Equal(["x", "y"], batch.Names());
        Assert.Equal(Packs.Pump, batch.Device);
    }

    [Fact]
    public void White_space_may_stand_before_json()
    {
        var batch = new ReadingBatch();
        Assert.True(_decoder.TryDecode("\r\n\t [{\"n\":\"x\",\"v\":1}] \n"u8, Packs.Context(), batch, out _));
        Assert.Equal(["x"], batch.Names());
    }

    [Theory]
    [InlineData("", DecodeError.Empty)]
    [InlineData("2020", DecodeError.Empty)]
    [InlineData("7B7D", DecodeError.UnknownFormat)] // {}
    [InlineData("EFBBBF5B5D", DecodeError.UnknownFormat)] // a byte order mark
    [InlineData("2081A0", DecodeError.UnknownFormat)] // white space before CBOR
    [InlineData("D9D9F781A0", DecodeError.UnknownFormat)] // self-described CBOR
    [InlineData("63707520763D31", DecodeError.UnknownFormat)] // line protocol
    [InlineData("1F8B", DecodeError.BadCompression)]
    [InlineData("28B52FFD", DecodeError.BadCompression)]
    public void Anything_else_is_refused(string hex, DecodeError error)
    {
        var batch = new ReadingBatch { Device = DeviceId.Parse("other") };
        batch.Add(default);

        Assert.False(_decoder.TryDecode(Convert.FromHexString(hex), Packs.Context(), batch, out var why));

        Assert.Equal(error, why.Error);
        Assert.Equal((0, Packs.Pump), (batch.Count, batch.Device));
    }

    [Fact]
    public void More_than_the_limit_is_too_large()
    {
        Assert.False(_decoder.TryDecode(new byte[64 * 1024 + 1], Packs.Context(), new(), out var why));
        Assert.Equal(DecodeError.TooLarge, why.Error);
    }
}
