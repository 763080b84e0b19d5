using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Iot.LoadTest.Devices;

/// <summary>The few packets of MQTT 3.1.1 and 5 that a publisher needs.</summary>
internal static class MqttPackets
{
    public const byte ConnAck = 0x20;
    public const byte PubAck = 0x40;

    /// <summary>Clean session, no keep alive, no credentials.</summary>
    public static byte[] Connect(byte protocol, string clientId)
    {
        var id = Encoding.ASCII.GetBytes(clientId);
        byte[] properties = protocol == 5 ? [0] : [];
        byte[] body = [0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', protocol, 2, 0, 0, .. properties, 0, (byte)id.Length, .. id];
        return [0x10, (byte)body.Length, .. body];
    }

    /// <param name="packetId">Not sent at QoS 0.</param>
    public static void Publish(IBufferWriter<byte> to, LoadPlan plan, ReadOnlySpan<byte> topic, ushort packetId, ReadOnlySpan<byte> payload)
    {
        var length = 2 + topic.Length + (plan.Qos > 0 ? 2 : 0) + (plan.Protocol == 5 ? 1 : 0) + payload.Length;
        var packet = to.GetSpan(5 + length);
        packet[0] = (byte)(0x30 | (plan.Qos << 1));
        var at = 1;
        for (var rest = length; ; rest >>= 7)
        {
            packet[at++] = (byte)(rest < 128 ? rest : (rest & 127) | 128);
            if (rest < 128) break;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[at..], (ushort)topic.Length);
        topic.CopyTo(packet[(at + 2)..]);
        at += 2 + topic.Length;
        if (plan.Qos > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[at..], packetId);
            at += 2;
        }

        if (plan.Protocol == 5) packet[at++] = 0;
        payload.CopyTo(packet[at..]);
        to.Advance(at + payload.Length);
    }

    /// <summary>The first packet in <paramref name="bytes"/>; false while it is not complete.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out byte type, out ReadOnlySpan<byte> body, out int length)
    {
        type = 0;
        body = default;
        length = 0;
        var (remaining, shift, at) = (0, 0, 1);
        do
        {
            if (at >= bytes.Length) return false;

            remaining |= (bytes[at] & 127) << shift;
            shift += 7;
        }
        while ((bytes[at++] & 128) != 0);

        if (bytes.Length < at + remaining) return false;

        type = (byte)(bytes[0] & 0xF0);
        body = bytes.Slice(at, remaining);
        length = at + remaining;
        return true;
    }
}
