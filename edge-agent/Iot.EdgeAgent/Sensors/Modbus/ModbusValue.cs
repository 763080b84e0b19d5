using System.Buffers.Binary;
using System.Globalization;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Takes values out of registers.</summary>
internal static class ModbusValue
{
    /// <summary>The bytes with the highest first. Which register comes first is nothing to a string: its characters come in the order they are read.</summary>
    public static byte[] InOrder(ReadOnlySpan<byte> registers, ModbusOrder order, bool isText)
    {
        var bytes = registers.ToArray();
        if (order is ModbusOrder.BADC or ModbusOrder.DCBA)
        {
            for (var i = 0; i + 1 < bytes.Length; i += 2) (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
        }

        if (!isText && order is (ModbusOrder.CDAB or ModbusOrder.DCBA))
        {
            for (int left = 0, right = bytes.Length - 2; left < right; left += 2, right -= 2)
            {
                (bytes[left], bytes[right]) = (bytes[right], bytes[left]);
                (bytes[left + 1], bytes[right + 1]) = (bytes[right + 1], bytes[left + 1]);
            }
        }

        return bytes;
    }

    /// <summary>All bits as one unsigned number, 8 bytes at most: to compare with the value that means none.</summary>
    public static ulong Raw(ReadOnlySpan<byte> bytes)
    {
        ulong raw = 0;
        foreach (var value in bytes) raw = (raw << 8) | value;
        return raw;
    }

    /// <summary>NaN when the bits are no number of this kind.</summary>
    /// <param name="bytes">Highest first, as many as the kind has.</param>
    public static double Number(ModbusFormat format, ReadOnlySpan<byte> bytes) => format switch
    {
        ModbusFormat.I16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        ModbusFormat.I32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        ModbusFormat.I64 => BinaryPrimitives.ReadInt64BigEndian(bytes),
        ModbusFormat.F32 => Decimal(BinaryPrimitives.ReadSingleBigEndian(bytes)),
        ModbusFormat.F64 => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        ModbusFormat.Bcd16 or ModbusFormat.Bcd32 => Bcd(bytes),
        _ => Raw(bytes),
    };

    /// <summary>Scaling leaves 23.400000000000002 where a person would write 23.4: 15 digits are all that a double is sure of.</summary>
    public static double Scaled(double number, double scale, double offset) => scale is 1 && offset is 0
        ? number
        : double.Parse((number * scale + offset).ToString("G15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>What a text holds before its first NUL, without blanks around it.</summary>
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return (end < 0 ? bytes : bytes[..end]).Trim((byte)' ');
    }

    /// <summary>23.4f is 23.399999618530273 as a double; its shortest decimal is what the slave meant.</summary>
    private static double Decimal(float number) =>
        float.IsFinite(number) ? double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : double.NaN;

    private static double Bcd(ReadOnlySpan<byte> bytes)
    {
        var number = 0;
        foreach (var value in bytes)
        {
            if (value >> 4 > 9 || (value & 15) > 9) return double.NaN;

            number = number * 100 + (value >> 4) * 10 + (value & 15);
        }

        return number;
    }
}
