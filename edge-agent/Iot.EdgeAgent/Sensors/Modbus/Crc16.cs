namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>The checksum of RTU frames. Modbus over Serial Line v1.02, section 6.2.2: polynomial 0xA001 reflected, starts at 0xFFFF.</summary>
internal static class Crc16
{
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0xFFFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (ushort)((crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001);
        }

        return crc;
    }
}
