using System.Buffers;
using Iot.Gateway.Mqtt;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class FrameGuardTests
{
    [Theory]
    [InlineData(new byte[] { 0x30, 0x05 }, 2, 5)]
    [InlineData(new byte[] { 0x32, 0x80, 0x01 }, 3, 128)]
    [InlineData(new byte[] { 0x3D, 0xFF, 0x07 }, 3, 1023)]
    [InlineData(new byte[] { 0xC0, 0x00 }, 2, 0)]
    [InlineData(new byte[] { 0x82, 0x0A }, 2, 10)]
    public void A_good_header_is_read_in_one_piece_and_in_many(byte[] bytes, int headerBytes, int bodyBytes)
    {
        foreach (var sequence in new[] { new ReadOnlySequence<byte>(bytes), Split(bytes) })
        {
            Assert.True(new FrameGuard(2000).TryReadHeader(sequence, connected: true, out var header, out var refusal));
            Assert.Null(refusal);
            Assert.Equal((headerBytes, bodyBytes), (header.HeaderBytes, header.BodyBytes));
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x30 })]
    [InlineData(new byte[] { 0x30, 0x80 })]
    [InlineData(new byte[] { 0x30, 0x80, 0x80, 0x80 })]
    public void An_incomplete_header_is_waited_for(byte[] bytes)
    {
        Assert.False(new FrameGuard(2000).TryReadHeader(new(bytes), connected: true, out _, out var refusal));
        Assert.Null(refusal);
    }

    [Theory]
    [InlineData("TooLarge", true, new byte[] { 0x30, 0xD0, 0x0F })]            // 2000 and its header
    [InlineData("TooLarge", true, new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData("TooLarge", false, new byte[] { 0x10, 0x80, 0x80, 0x04 })]     // 64 KiB of CONNECT
    [InlineData("Malformed", true, new byte[] { 0x30, 0x80, 0x80, 0x80, 0x80 })]
    [InlineData("NotConnectFirst", false, new byte[] { 0x30 })]
    [InlineData("NotConnectFirst", false, new byte[] { (byte)'G', (byte)'E' })]
    [InlineData("SecondConnect", true, new byte[] { 0x10 })]
    [InlineData("ReservedFlags", false, new byte[] { 0x11 })]
    [InlineData("ReservedFlags", true, new byte[] { 0x36 })]                   // QoS 3
    [InlineData("ReservedFlags", true, new byte[] { 0x38 })]                   // QoS 0, duplicate
    [InlineData("ReservedFlags", true, new byte[] { 0x80 })]                   // SUBSCRIBE needs 2
    [InlineData("ReservedFlags", true, new byte[] { 0x60 })]                   // PUBREL needs 2
    [InlineData("ReservedFlags", true, new byte[] { 0xC1 })]
    [InlineData("UnknownPacket", true, new byte[] { 0x00 })]
    [InlineData("UnknownPacket", true, new byte[] { 0x20 })]                   // CONNACK comes from servers
    [InlineData("UnknownPacket", true, new byte[] { 0xD0 })]                   // PINGRESP too
    [InlineData("UnknownPacket", true, new byte[] { 0xF0 })]                   // AUTH was not agreed on
    public void A_bad_header_is_refused_as_soon_as_it_shows(string reason, bool connected, byte[] bytes)
    {
        var guard = new FrameGuard(connected ? 2000 : 1_000_000);

        Assert.False(guard.TryReadHeader(new(bytes), connected, out _, out var refusal));
        Assert.Equal(Enum.Parse<MqttRefusal>(reason), refusal);
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes)
    {
        var first = new Segment(bytes.AsMemory(0, 1), 0);
        return new(first, 0, first.Then(bytes.AsMemory(1)), bytes.Length - 1);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
