using System.Buffers.Binary;
using System.Text;
using MQTTnet.Packets;

namespace Iot.Gateway.Mqtt;

/// <summary>The MQTT 5 CONNACK of a client that is let in. What it promises, this folder keeps.</summary>
/// <remarks>
/// <code>
/// 0x20, remaining length | 0 (no session), 0 (success) | length of properties, properties
/// </code>
/// MQTTnet's own promises no limits, offers 65,535 topic aliases and cannot say "your session ends with the connection".
/// </remarks>
internal static class ConnectAnswer
{
    /// <param name="assignedClientId">Null when the client brought its own.</param>
    /// <param name="serverKeepAlive">Null when the client's is taken as it is.</param>
    public static byte[] Encode(int receiveMaximum, int maxPacketBytes, string? assignedClientId, ushort? serverKeepAlive)
    {
        Span<byte> properties = stackalloc byte[128];
        var length = 0;

        Put4(properties, ref length, 0x11, 0);                          // session expiry interval
        Put2(properties, ref length, 0x21, (ushort)receiveMaximum);
        Put4(properties, ref length, 0x27, (uint)maxPacketBytes);
        properties[length++] = 0x2A;                                    // no shared subscriptions
        properties[length++] = 0;
        if (serverKeepAlive is { } seconds) Put2(properties, ref length, 0x13, seconds);
        if (assignedClientId is not null)
        {
            Put2(properties, ref length, 0x12, (ushort)assignedClientId.Length);
            length += Encoding.ASCII.GetBytes(assignedClientId, properties[length..]);
        }

        return [0x20, (byte)(3 + length), 0, MqttReason.Success, (byte)length, .. properties[..length]];
    }

    /// <summary>True for what <see cref="Encode"/> replaces.</summary>
    public static bool IsSuccess(MqttConnAckPacket packet) => packet.ReasonCode == MQTTnet.Protocol.MqttConnectReasonCode.Success;

    private static void Put2(Span<byte> to, ref int at, byte property, ushort value)
    {
        to[at] = property;
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 1)..], value);
        at += 3;
    }

    private static void Put4(Span<byte> to, ref int at, byte property, uint value)
    {
        to[at] = property;
        BinaryPrimitives.WriteUInt32BigEndian(to[(at + 1)..], value);
        at += 5;
    }
}
