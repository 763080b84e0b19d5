using System.Buffers.Binary;
using System.Text.Unicode;

namespace Iot.Gateway.Mqtt;

/// <summary>A PUBLISH taken apart in place: nothing is copied, so it lives as long as the bytes it points into.</summary>
/// <remarks>
/// <code>
/// topic length (2), topic | packet id (2), QoS 1 and 2 only | MQTT 5: length of properties, properties | payload
/// </code>
/// </remarks>
internal readonly ref struct PublishPacket
{
    private const byte TopicAliasProperty = 0x23;

    public byte QualityOfService { get; private init; }

    public bool Retain { get; private init; }

    /// <summary>0 for QoS 0.</summary>
    public ushort Id { get; private init; }

    public ReadOnlySpan<byte> Topic { get; private init; }

    public ReadOnlyMemory<byte> Payload { get; private init; }

    /// <summary>False with the reason when the client broke the protocol; its connection must end.</summary>
    public static bool TryParse(byte first, ReadOnlyMemory<byte> body, bool isVersion5, out PublishPacket packet, out MqttRefusal why)
    {
        packet = default;
        why = MqttRefusal.Malformed;
        var rest = body.Span;
        var qos = (byte)((first >> 1) & 3);

        if (!TryTake(ref rest, 2, out var length) || !TryTake(ref rest, BinaryPrimitives.ReadUInt16BigEndian(length), out var topic)) return false;
        if (!Utf8.IsValid(topic) || topic.Contains((byte)0)) return false;

        ushort id = 0;
        if (qos > 0)
        {
            if (!TryTake(ref rest, 2, out var idBytes)) return false;

            id = BinaryPrimitives.ReadUInt16BigEndian(idBytes);
            if (id == 0) return false;
        }

        if (isVersion5 && !TrySkipProperties(ref rest, ref why)) return false;

        packet = new() { QualityOfService = qos, Retain = (first & 1) != 0, Id = id, Topic = topic, Payload = body[^rest.Length..] };
        return true;
    }

    /// <summary>The contract needs none of them, but their lengths must be right, and an alias was not offered.</summary>
    private static bool TrySkipProperties(ref ReadOnlySpan<byte> rest, ref MqttRefusal why)
    {
        if (!TryTakeVariable(ref rest, out var bytes) || !TryTake(ref rest, bytes, out var properties)) return false;

        while (!properties.IsEmpty)
        {
            var property = properties[0];
            properties = properties[1..];
            if (property == TopicAliasProperty)
            {
                why = MqttRefusal.TopicAlias;
                return false;
            }

            if (!TrySkipValue(property, ref properties)) return false;
        }

        return true;
    }

    private static bool TrySkipValue(byte property, ref ReadOnlySpan<byte> rest) => property switch
    {
        0x01 => TryTake(ref rest, 1, out _),                                    // payload format indicator
        0x02 => TryTake(ref rest, 4, out _),                                    // message expiry interval
        0x03 or 0x08 or 0x09 => TryTakeString(ref rest),                        // content type, response topic, correlation data
        0x26 => TryTakeString(ref rest) && TryTakeString(ref rest),             // user property
        _ => false,                                                             // not a client's, or not a PUBLISH's
    };

    private static bool TryTakeString(ref ReadOnlySpan<byte> rest) =>
        TryTake(ref rest, 2, out var length) && TryTake(ref rest, BinaryPrimitives.ReadUInt16BigEndian(length), out _);

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, int count, out ReadOnlySpan<byte> taken)
    {
        if (rest.Length < count)
        {
            taken = default;
            return false;
        }

        taken = rest[..count];
        rest = rest[count..];
        return true;
    }

    private static bool TryTakeVariable(ref ReadOnlySpan<byte> rest, out int value)
    {
        value = 0;
        for (var i = 0; i < 4 && i < rest.Length; i++)
        {
            value |= (rest[i] & 0x7F) << (7 * i);
            if ((rest[i] & 0x80) != 0) continue;

            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
