namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>The registers of one slave.</summary>
internal sealed class ModbusSensor : ISensor
{
    private readonly ModbusLine _line;
    private readonly ModbusBuses _buses;
    private readonly ModbusRound _round;
    private ModbusBus? _bus;

    /// <param name="options">As <see cref="ModbusRules"/> found them right.</param>
    public ModbusSensor(string name, ModbusOptions options, ModbusBuses buses, ILogger logger)
    {
        (Name, _buses, _line) = (name, buses, ModbusLine.Of(name, options));
        var registers = options.Registers.Select(register => new ModbusRegister(name, register.Key, register.Value));
        _round = new(name, (byte)options.Unit, options.Timeout, ReadGroup.Of(registers, options.MaxGap, options.MaxRegisters), logger);
    }

    public string Name { get; }

    public void Sample(SensorReadings readings)
    {
        var bus = _bus ??= _buses.Join(_line);
        var failure = _round.Read(bus);
        foreach (var (register, request, data) in _round.Answers) register.Add(request, data, readings);

        if (failure is not null) throw failure;
    }

    public void Dispose()
    {
        if (_bus is not null) _buses.Leave(_line);
        _bus = null;
    }
}
