namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>What cannot be meant in a slave's configuration, each with key, value and remedy.</summary>
internal static class ModbusRules
{
    /// <param name="section">Such as <c>Sensors:meter:Modbus</c>.</param>
    public static IEnumerable<string> Broken(string section, ModbusOptions options)
    {
        var address = ModbusAddress.TryParse(options.Url);
        if (options.Url is not null && address is null) yield return $"{section}:Url = {options.Url}: {ModbusAddress.Allowed}.";
        if (address?.Transport is ModbusTransport.Rtu or ModbusTransport.RtuOverTcp && options.Unit is 0 or > 247)
            yield return $"{section}:Unit = {options.Unit}: a slave on a serial line has an address from 1 to 247.";
        if (options.Registers.Count == 0) yield return $"{section}:Registers: must name what to read, such as {section}:Registers:voltage:Address = 0.";

        foreach (var (key, register) in options.Registers)
            foreach (var problem in Broken($"{section}:Registers:{key}", register, options.MaxRegisters)) yield return problem;

        foreach (var problem in BrokenTogether(section, options)) yield return problem;
    }

    /// <summary>Sensors on one serial port must agree on how it is set.</summary>
    public static IEnumerable<string> BrokenTogether(IEnumerable<(string Section, ModbusOptions Options)> sensors) => sensors
        .Where(sensor => ModbusAddress.TryParse(sensor.Options.Url)?.Transport == ModbusTransport.Rtu)
        .GroupBy(sensor => sensor.Options.Url, StringComparer.Ordinal)
        .SelectMany(port => port.Skip(1)
            .Where(sensor => !Settings(sensor.Options).Equals(Settings(port.First().Options), StringComparison.Ordinal))
            .Select(sensor => $"{sensor.Section}: {Settings(sensor.Options)} on {port.Key}, but {port.First().Section} has {Settings(port.First().Options)}. A port has one setting."));

    private static IEnumerable<string> Broken(string section, ModbusRegisterOptions register, int maxRegisters)
    {
        var isBits = register.Table is ModbusTable.Coil or ModbusTable.Discrete;
        if (register.Address is not null && !ModbusRegister.TryParseAddress(register.Address, out _))
            yield return $"{section}:Address = {register.Address}: must be between 0 and 65535, or 0x0000 and 0xFFFF.";
        if (isBits && register.Kind is not null)
            yield return $"{section}:Kind = {register.Kind}: a {register.Table} is true or false; remove Kind, or choose Table Holding or Input.";
        if (!double.IsFinite(register.Scale) || register.Scale == 0) yield return $"{section}:Scale = {register.Scale}: must be a number other than 0.";
        if (!double.IsFinite(register.Offset)) yield return $"{section}:Offset = {register.Offset}: must be a number.";

        var text = register.Kind ?? nameof(ModbusFormat.U16);
        if (!ModbusKind.TryParse(text, out var kind))
        {
            yield return $"{section}:Kind = {text}: must be one of {ModbusKind.Allowed}.";
            yield break;
        }

        if (!isBits && kind.Registers > maxRegisters)
            yield return $"{section}:Kind = {text}: has {kind.Registers} registers, more than MaxRegisters ({maxRegisters}) allows in one read.";
        if (ModbusRegister.TryParseAddress(register.Address, out var address) && !isBits && address + kind.Registers > ushort.MaxValue + 1)
            yield return $"{section}:Address = {register.Address}: a {text} has {kind.Registers} registers and would end beyond 65535.";
        if (register.Invalid is not null && (isBits || kind.Format == ModbusFormat.Bit || !ModbusRegister.TryParseInvalid(register.Invalid, kind, out _)))
            yield return $"{section}:Invalid = {register.Invalid}: must be a raw number that a {(isBits ? register.Table : text)} can hold, such as 0x8000; remove it for bits and strings.";
    }

    /// <summary>Values that lie in each other, and values that would get one name.</summary>
    private static IEnumerable<string> BrokenTogether(string section, ModbusOptions options)
    {
        var registers = options.Registers
            .Where(register => ModbusRegister.TryParseAddress(register.Value.Address, out _))
            .Select(register => new ModbusRegister("x", register.Key, register.Value))
            .OrderBy(register => (register.Table, register.Address))
            .ToList();
        var reach = registers.Find(register => !register.IsFlag);
        foreach (var register in registers.Where(register => !register.IsFlag).Skip(1)) // several bits may lie in one register, and in a number
        {
            var isSame = register.Address == reach!.Address && register.Length == reach.Length;
            if (register.Table == reach.Table && register.Address < reach.End && !isSame)
                yield return $"{section}:Registers:{register.Key} begins at {register.Address}, inside {reach.Key} ({reach.Address}–{reach.End - 1}). Correct an Address or a Kind.";
            if (register.Table != reach.Table || register.End > reach.End) reach = register;
        }

        foreach (var same in registers.GroupBy(register => register.Name.ToString(), StringComparer.Ordinal).Where(same => same.Count() > 1))
            yield return $"{section}:Registers: {string.Join(" and ", same.Select(register => register.Key))} have one name, {same.Key}. Give each a Name of its own.";
    }

    private static string Settings(ModbusOptions options) =>
        $"{options.BaudRate} baud, Parity {options.Parity}, StopBits {options.StopBits}, Rs485 {options.Rs485}";
}
