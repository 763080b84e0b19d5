using System.Globalization;

namespace Iot.EdgeAgent.Sensors.Modbus;

internal enum ModbusFormat
{
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    Bcd16,
    Bcd32,
    Bit,
    String,
}

/// <summary>What the bits of a value mean.</summary>
/// <param name="Number">Of the bit, or how many registers the string fills.</param>
internal readonly record struct ModbusKind(ModbusFormat Format, int Number = 0)
{
    public const string Allowed = "U16, I16, U32, I32, U64, I64, F32, F64, Bcd16, Bcd32, Bit 0 to Bit 15, String 1 to String 125";

    public int Registers => Format switch
    {
        ModbusFormat.U32 or ModbusFormat.I32 or ModbusFormat.F32 or ModbusFormat.Bcd32 => 2,
        ModbusFormat.U64 or ModbusFormat.I64 or ModbusFormat.F64 => 4,
        ModbusFormat.String => Number,
        _ => 1,
    };

    public static bool TryParse(string text, out ModbusKind kind)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        kind = default;
        if (parts.Length is 0 or > 2 || char.IsAsciiDigit(parts[0][0]) || !Enum.TryParse<ModbusFormat>(parts[0], ignoreCase: true, out var format)) return false;

        var number = -1;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;

        kind = new(format, Math.Max(number, 0));
        return format switch
        {
            ModbusFormat.Bit => number is >= 0 and <= 15,
            ModbusFormat.String => number is >= 1 and <= ModbusRequest.MostRegisters,
            _ => parts.Length == 1,
        };
    }
}
