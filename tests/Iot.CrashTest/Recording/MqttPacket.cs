using System.Buffers.Binary;
using System.Text;

namespace Iot.CrashTest.Recording;

/// <summary>The packets of MQTT 3.1.1 and 5 that the campaign writes and takes apart, from the specification and not from the gateway's code.</summary>
internal static class MqttPacket
{
    public const byte Connect = 0x10;
    public const byte ConnAck = 0x20;
    public const byte Publish = 0x30;
    public const byte PubAck = 0x40;

    /// <summary>The first packet in <paramref name="bytes"/>; false while it is not complete.</summary>
    /// <param name="head">Its first byte: type and flags.</param>
    /// <param name="length">Of all of it.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out byte head, out ReadOnlySpan<byte> body, out int length)
    {
        head = 0;
        body = default;
        length = 0;
        if (bytes.IsEmpty || !TryReadNumber(bytes[1..], out var remaining, out var digits) || bytes.Length < 1 + digits + remaining) return false;

        head = bytes[0];
        body = bytes.Slice(1 + digits, remaining);
        length = 1 + digits + remaining;
        return true;
    }

    /// <summary>4 for 3.1.1, 5 for 5; from the body of a CONNECT.</summary>
    public static int ProtocolOf(ReadOnlySpan<byte> connect) => connect[6] & 0x7F; // behind the name "MQTT" and its length; a bridge may set the high bit

    /// <summary>Takes a PUBLISH of QoS 1 apart.</summary>
    public static void ReadPublish(ReadOnlySpan<byte> body, int protocol, out string topic, out ushort id, out ReadOnlySpan<byte> payload)
    {
        var topicLength = BinaryPrimitives.ReadUInt16BigEndian(body);
        topic = Encoding.UTF8.GetString(body.Slice(2, topicLength));
        id = BinaryPrimitives.ReadUInt16BigEndian(body[(2 + topicLength)..]);
        payload = body[(4 + topicLength)..];
        if (protocol < 5) return;

        if (!TryReadNumber(payload, out var properties, out var digits)) throw new InvalidDataException("A PUBLISH has no property length.");
        payload = payload[(digits + properties)..];
    }

    /// <summary>True for a PUBACK that says the message was taken.</summary>
    public static bool ReadPubAck(ReadOnlySpan<byte> body, out ushort id)
    {
        id = BinaryPrimitives.ReadUInt16BigEndian(body);
        return body.Length < 3 || body[2] < 0x80;
    }

    /// <summary>Clean session, no keep alive, no credentials.</summary>
    public static byte[] WriteConnect(int protocol, string client)
    {
        var id = Encoding.ASCII.GetBytes(client);
        byte[] properties = protocol == 5 ? [0] : [];
        return Write(Connect, [0, 4, .. "MQTT"u8, (byte)protocol, 2, 0, 0, .. properties, 0, (byte)id.Length, .. id]);
    }

    /// <summary>QoS 1.</summary>
    public static byte[] WritePublish(int protocol, string topic, ushort id, bool again, ReadOnlySpan<byte> payload)
    {
        var name = Encoding.ASCII.GetBytes(topic);
        byte[] properties = protocol == 5 ? [0] : [];
        var head = (byte)(Publish | (again ? 0x0A : 0x02));
        return Write(head, [(byte)(name.Length >> 8), (byte)name.Length, .. name, (byte)(id >> 8), (byte)id, .. properties, .. payload]);
    }

    private static byte[] Write(byte head, byte[] body)
    {
        var packet = new List<byte>(body.Length + 5) { head };
        for (var rest = body.Length; ; rest >>= 7)
        {
            packet.Add((byte)(rest < 128 ? rest : (rest & 127) | 128));
            if (rest < 128) break;
        }

        packet.AddRange(body);
        return [.. packet];
    }

    /// <summary>MQTT's numbers: seven bits a byte, the high bit says that another follows.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, out int number, out int digits)
    {
        (number, digits) = (0, 0);
        while (digits < bytes.Length)
        {
            var digit = bytes[digits];
            number |= (digit & 127) << (7 * digits++);
            if (digit < 128) return true;
        }

        return false;
    }
}
