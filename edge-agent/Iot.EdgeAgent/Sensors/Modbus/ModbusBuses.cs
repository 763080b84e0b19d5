namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>The lines in use. Sensors of equal lines share one; it is closed when the last has left.</summary>
internal sealed class ModbusBuses(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ModbusLine, (ModbusBus Bus, int Users)> _buses = [];

    public ModbusBus Join(ModbusLine line)
    {
        lock (_gate)
        {
            var (bus, users) = _buses.GetValueOrDefault(line);
            bus ??= new(line, clock);
            _buses[line] = (bus, users + 1);
            return bus;
        }
    }

    public void Leave(ModbusLine line)
    {
        lock (_gate)
        {
            var (bus, users) = _buses[line];
            if (users > 1)
            {
                _buses[line] = (bus, users - 1);
                return;
            }

            _buses.Remove(line);
            bus.Dispose();
        }
    }
}
