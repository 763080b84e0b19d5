using System.Buffers.Binary;
using System.Globalization;

namespace Iot.Gateway.Mqtt;

/// <summary>A PUBACK that says what time it is here: user property <c>time</c>, milliseconds since 1970. WIRE.md, Clock.</summary>
/// <remarks>
/// <code>
/// 0x40, remaining length | id, 0 (success) | length of properties, 0x26, 4 "time", n "1760000000000"
/// </code>
/// </remarks>
internal static class TimeAnswer
{
    public const int MaxBytes = 48;

    private const int ValueAt = 15;

    private static ReadOnlySpan<byte> Name => "time"u8;

    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, ushort id, DateTimeOffset now)
    {
        now.ToUnixTimeMilliseconds().TryFormat(to[ValueAt..], out var digits, provider: CultureInfo.InvariantCulture);
        to[0] = 0x40;
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], id);
        to[4] = MqttReason.Success;
        to[6] = 0x26; // user property
        BinaryPrimitives.WriteUInt16BigEndian(to[7..], (ushort)Name.Length);
        Name.CopyTo(to[9..]);
        BinaryPrimitives.WriteUInt16BigEndian(to[13..], (ushort)digits);
        to[5] = (byte)(ValueAt - 6 + digits);
        to[1] = (byte)(ValueAt - 2 + digits);
        return ValueAt + digits;
    }
}
