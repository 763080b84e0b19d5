using System.Globalization;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>One value of a slave: where it stands, and what becomes of it.</summary>
internal sealed class ModbusRegister(string sensor, string key, ModbusRegisterOptions options)
{
    private readonly ModbusKind _kind = KindOf(options);
    private readonly ulong? _invalid = TryParseInvalid(options.Invalid, KindOf(options), out var invalid) ? invalid : null;
    private bool _reported;

    public string Key => key;

    public ReadingName Name { get; } = ReadingName.Parse(options.Name ?? $"{sensor}/{key}", options.Unit);

    public ModbusTable Table => options.Table;

    public int Address { get; } = TryParseAddress(options.Address, out var address) ? address : 0;

    /// <summary>Registers, or 1 for a coil or discrete input.</summary>
    public int Length => IsBit ? 1 : _kind.Registers;

    /// <summary>The first address after it.</summary>
    public int End => Address + Length;

    /// <summary>Of several that lie in one register.</summary>
    public bool IsFlag => !IsBit && _kind.Format == ModbusFormat.Bit;

    private bool IsBit => options.Table is ModbusTable.Coil or ModbusTable.Discrete;

    /// <summary>True the first time only, until it is read again.</summary>
    public bool IsNewlyRefused()
    {
        var isNew = !_reported;
        _reported = true;
        return isNew;
    }

    /// <param name="request">Covers this register.</param>
    /// <param name="data">What came for it.</param>
    public void Add(ModbusRequest request, ReadOnlySpan<byte> data, SensorReadings readings)
    {
        _reported = false;
        var at = Address - request.Address;
        if (IsBit)
        {
            readings.Add(Name, (data[at / 8] >> (at % 8) & 1) == 1);
            return;
        }

        var bytes = ModbusValue.InOrder(data.Slice(at * 2, Length * 2), options.Order, _kind.Format == ModbusFormat.String);
        if (_kind.Format == ModbusFormat.String) AddText(ModbusValue.Text(bytes), readings);
        else if (_invalid is { } invalid && ModbusValue.Raw(bytes) == invalid) return;
        else if (_kind.Format == ModbusFormat.Bit) readings.Add(Name, (ModbusValue.Raw(bytes) >> _kind.Number & 1) == 1);
        else readings.Add(Name, ModbusValue.Scaled(ModbusValue.Number(_kind.Format, bytes), options.Scale, options.Offset));
    }

    /// <summary>Decimal, or hexadecimal after 0x.</summary>
    public static bool TryParseAddress(string? text, out int address) =>
        (IsHex(text)
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out address))
        && address is >= 0 and <= ushort.MaxValue;

    /// <summary>The bits that mean "no value"; a negative number as two's complement of the kind's width.</summary>
    public static bool TryParseInvalid(string? text, ModbusKind kind, out ulong raw)
    {
        raw = 0;
        var bits = kind.Registers * 16;
        if (text is null || kind.Format == ModbusFormat.String || bits > 64) return false;

        var most = ulong.MaxValue >> (64 - bits);
        if (!text.StartsWith('-'))
        {
            var read = IsHex(text)
                ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out raw)
                : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out raw);
            return read && raw <= most;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var negative)) return false;

        raw = (ulong)negative & most;
        return negative >= -1 - (long)(most >> 1);
    }

    /// <summary>A text that is no UTF-8, or empty, is no value.</summary>
    private void AddText(ReadOnlySpan<byte> text, SensorReadings readings)
    {
        if (text.Length > 0 && System.Text.Unicode.Utf8.IsValid(text)) readings.Add(Name, text);
    }

    private static ModbusKind KindOf(ModbusRegisterOptions options) =>
        ModbusKind.TryParse(options.Kind ?? nameof(ModbusFormat.U16), out var kind) ? kind : new(ModbusFormat.U16);

    private static bool IsHex(string? text) => text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true;
}
