using System.Buffers;

namespace Iot.Gateway.Mqtt;

/// <summary>Judges a packet by its fixed header, before a byte of its body is waited for.</summary>
/// <remarks>
/// <code>
/// byte 0: type (4 bits), flags (4 bits) | bytes 1–4: remaining length, 7 bits a byte, least first
/// </code>
/// Nothing larger than the limit is ever buffered, and nothing but a small CONNECT before the client is known.
/// </remarks>
internal readonly struct FrameGuard(int maxPacketBytes)
{
    /// <summary>CONNECT comes from strangers, who get less room: names, credentials and a last will.</summary>
    public const int MaxConnectBytes = 64 * 1024;

    private const byte FlagsNone = 0b0000, FlagsTwo = 0b0010;

    /// <returns>False when the header is not complete yet, or the packet is refused.</returns>
    public bool TryReadHeader(in ReadOnlySequence<byte> bytes, bool connected, out FrameHeader header, out MqttRefusal? refusal)
    {
        header = default;
        refusal = null;
        if (bytes.IsEmpty) return false;

        var first = bytes.FirstSpan[0];
        refusal = WhyRefused(first, connected);
        if (refusal is not null) return false;

        Span<byte> copy = stackalloc byte[5];
        scoped var head = bytes.FirstSpan;
        if (head.Length < 5 && !bytes.IsSingleSegment)
        {
            var start = bytes.Slice(0, Math.Min(5, bytes.Length));
            start.CopyTo(copy);
            head = copy[..(int)start.Length];
        }

        return TryReadLength(head, first, connected, out header, out refusal);
    }

    private bool TryReadLength(ReadOnlySpan<byte> head, byte first, bool connected, out FrameHeader header, out MqttRefusal? refusal)
    {
        header = default;
        refusal = null;
        var length = 0;
        var limit = connected ? maxPacketBytes : Math.Min(maxPacketBytes, MaxConnectBytes);
        for (var i = 1; i <= 4 && i < head.Length; i++)
        {
            length |= (head[i] & 0x7F) << (7 * (i - 1));
            if ((head[i] & 0x80) != 0) continue;

            if (1 + i + length > limit)
            {
                refusal = MqttRefusal.TooLarge;
                return false;
            }

            header = new(first, 1 + i, length);
            return true;
        }

        if (head.Length >= 5) refusal = MqttRefusal.Malformed; // a fifth byte of length
        return false;
    }

    private static MqttRefusal? WhyRefused(byte first, bool connected)
    {
        var type = (PacketType)(first >> 4);
        var flags = first & 0x0F;

        if (!connected && type != PacketType.Connect) return MqttRefusal.NotConnectFirst;
        if (connected && type == PacketType.Connect) return MqttRefusal.SecondConnect;

        return type switch
        {
            PacketType.Publish => PublishFlags(flags),
            PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == FlagsTwo ? null : MqttRefusal.ReservedFlags,
            PacketType.Connect or PacketType.PubAck or PacketType.PubRec or PacketType.PubComp or PacketType.PingReq or PacketType.Disconnect
                => flags == FlagsNone ? null : MqttRefusal.ReservedFlags,
            _ => MqttRefusal.UnknownPacket, // a server's packet, AUTH without a method agreed on, or type 0
        };
    }

    /// <summary>QoS 3 does not exist, and QoS 0 cannot be a duplicate.</summary>
    private static MqttRefusal? PublishFlags(int flags) => (flags & 0b0110) switch
    {
        0b0110 => MqttRefusal.ReservedFlags,
        0 when (flags & 0b1000) != 0 => MqttRefusal.ReservedFlags,
        _ => null,
    };
}

/// <summary>MQTT control packet types, as the upper four bits of a packet's first byte.</summary>
internal enum PacketType : byte
{
    Connect = 1,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    Unsubscribe = 10,
    PingReq = 12,
    Disconnect = 14,
}

/// <summary>A fixed header that was found good.</summary>
internal readonly record struct FrameHeader(byte First, int HeaderBytes, int BodyBytes)
{
    public PacketType Type => (PacketType)(First >> 4);

    /// <summary>Of a PUBLISH.</summary>
    public byte QualityOfService => (byte)((First >> 1) & 3);
}
