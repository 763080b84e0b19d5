using Iot.Gateway.Mqtt;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class PublishPacketTests
{
    private static readonly byte[] Topic = RawClient.Text("a/b");

    [Fact]
    public void Every_property_that_a_client_may_send_is_passed_over()
    {
        byte[] properties =
        [
            0x01, 1, 0x02, 0, 0, 0, 9, 0x03, .. RawClient.Text("senml"), 0x08, .. RawClient.Text("r"), 0x09, 0, 2, 7, 7,
            0x26, .. RawClient.Text("k"), .. RawClient.Text("v"), 0x26, .. RawClient.Text(""), .. RawClient.Text(""),
        ];

        Assert.True(PublishPacket.TryParse(0x32, (byte[])[.. Topic, 0, 5, (byte)properties.Length, .. properties, 1, 2, 3], isVersion5: true, out var packet, out _));

        Assert.Equal("a/b"u8, packet.Topic);
        Assert.Equal(5, packet.Id);
        Assert.Equal(1, packet.QualityOfService);
        Assert.Equal(new byte[] { 1, 2, 3 }, packet.Payload.ToArray());
    }

    [Fact]
    public void No_cut_of_a_good_packet_is_good_before_its_payload()
    {
        byte[] whole = [.. Topic, 0, 5, 6, 0x26, 0, 1, (byte)'k', 0, 0, 9];
        for (var length = 0; length < whole.Length - 1; length++)
        {
            Assert.False(PublishPacket.TryParse(0x32, whole.AsMemory(0, length), isVersion5: true, out _, out var why), $"{length} bytes");
            Assert.Equal(MqttRefusal.Malformed, why);
        }

        Assert.True(PublishPacket.TryParse(0x32, whole, isVersion5: true, out _, out _));
    }

    [Theory]
    [InlineData("Malformed", new byte[] { 0, 1, 0xFF, 0, 1, 0 })]               // topic is not UTF-8
    [InlineData("Malformed", new byte[] { 0, 1, 0x00, 0, 1, 0 })]               // U+0000
    [InlineData("Malformed", new byte[] { 0, 1, 0x61, 0, 0, 0 })]               // packet id 0
    [InlineData("Malformed", new byte[] { 0, 1, 0x61, 0, 1, 2, 0x0B, 1 })]      // subscription identifier is a server's
    [InlineData("Malformed", new byte[] { 0, 1, 0x61, 0, 1, 0x80, 0x80, 0x80, 0x80, 1 })]
    [InlineData("TopicAlias", new byte[] { 0, 1, 0x61, 0, 1, 3, 0x23, 0, 1 })]
    public void A_packet_that_breaks_the_protocol_is_refused(string reason, byte[] body)
    {
        Assert.False(PublishPacket.TryParse(0x32, body, isVersion5: true, out _, out var why));
        Assert.Equal(Enum.Parse<MqttRefusal>(reason), why);
    }
}
