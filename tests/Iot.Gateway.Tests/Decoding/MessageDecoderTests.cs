using System.Buffers;
using System.Text;
using Iot.Gateway.Decoding;
using Iot.Gateway.Mqtt;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Decoding;

public sealed class MessageDecoderTests : IDisposable
{
    private static readonly DecodeContext Context = new(DeviceId.Parse("d"), 5, 100);

    private readonly MessageDecoder _decoder = new(1000);
    private readonly ReadingBatch _batch = new();

    public void Dispose() => _decoder.Dispose();

    [Fact]
    public void The_topic_tells_SenML_from_line_protocol()
    {
        Assert.Equal(["m a=1 @7"], Decode(PayloadFormat.LineProtocol, "m a=1 7"u8.ToArray()));
        Assert.Equal([" a=1 @5"], Decode(PayloadFormat.SenMl, """[{"n":"a","v":1}]"""u8.ToArray()));
        Assert.False(_decoder.TryDecode(PayloadFormat.SenMl, "m a=1 7"u8, Context, _batch, out var why));
        Assert.Equal(DecodeError.UnknownFormat, why.Error);
    }

    [Theory]
    [InlineData(PayloadCompression.Gzip)]
    [InlineData(PayloadCompression.Zstd)]
    public void Both_may_be_compressed_and_keep_the_limit(PayloadCompression compression)
    {
        using var packer = new PayloadPacker(compression);

        Assert.Equal(["m a=1 @7"], Decode(PayloadFormat.LineProtocol, Pack(packer, "m a=1 7")));
        Assert.Equal([" a=1 @5"], Decode(PayloadFormat.SenMl, Pack(packer, """[{"n":"a","v":1}]""")));

        Assert.False(_decoder.TryDecode(PayloadFormat.LineProtocol, Pack(packer, "m a=1" + new string(' ', 1000)), Context, _batch, out var why));
        Assert.Equal(DecodeError.TooLarge, why.Error);
        Assert.False(_decoder.TryDecode(PayloadFormat.LineProtocol, Pack(packer, "m a=1 7").AsSpan()[..^6], Context, _batch, out why));
        Assert.Equal(DecodeError.BadCompression, why.Error);
    }

    private static byte[] Pack(PayloadPacker packer, string text)
    {
        var packed = new ArrayBufferWriter<byte>();
        packer.Pack(Encoding.UTF8.GetBytes(text), packed);
        return packed.WrittenSpan.ToArray();
    }

    private string[] Decode(PayloadFormat format, byte[] payload)
    {
        Assert.True(_decoder.TryDecode(format, payload, Context, _batch, out var why), why.ToString());
        return [.. _batch.Readings.ToArray().Select(reading => LineReadings.Show(_batch, reading))];
    }
}
