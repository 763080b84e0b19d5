namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Reads all groups of one slave, one after the other. A group that the slave refuses to give in one piece is split, for good.</summary>
internal sealed class ModbusRound(string sensor, byte unit, TimeSpan timeout, IEnumerable<ReadGroup> groups, ILogger logger)
{
    private readonly List<ReadGroup> _groups = [.. groups];
    private readonly List<(ModbusRegister, ModbusRequest, byte[])> _answers = [];

    /// <summary>What the last round brought.</summary>
    public IReadOnlyList<(ModbusRegister Register, ModbusRequest Request, byte[] Data)> Answers => _answers;

    /// <returns>Null when something was read; a register alone that is refused is reported, and the others go on.</returns>
    public IOException? Read(ModbusBus bus)
    {
        _answers.Clear();
        IOException? refused = null;
        for (var i = 0; i < _groups.Count;)
        {
            var request = _groups[i].Request(unit);
            try
            {
                var data = bus.Ask(request, timeout);
                foreach (var register in _groups[i].Registers) _answers.Add((register, request, data));
                i++;
            }
            catch (ModbusRefusalException e) when (!e.IsSilence)
            {
                refused = e;
                if (!e.IsAboutRange || !Split(i, e))
                {
                    Report(_groups[i], e);
                    i++;
                }
            }
            catch (IOException e)
            {
                return e; // the slave does not answer; to go on asking would only keep its neighbours waiting
            }
        }

        return _answers.Count == 0 ? refused : null;
    }

    private bool Split(int index, ModbusRefusalException why)
    {
        if (_groups[index].Split() is not { } parts) return false;

        _groups[index] = parts.First;
        _groups.Insert(index + 1, parts.Second);
        logger.GroupSplit(sensor, why.Message);
        return true;
    }

    private void Report(ReadGroup group, ModbusRefusalException why)
    {
        foreach (var register in group.Registers)
            if (register.IsNewlyRefused()) logger.RegisterRefused(sensor, register.Key, why.Message);
    }
}
