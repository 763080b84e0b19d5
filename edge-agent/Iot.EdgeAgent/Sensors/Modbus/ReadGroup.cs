namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Registers that are near enough to each other to be read by one request.</summary>
/// <param name="registers">Of one table, by address; not empty.</param>
internal sealed class ReadGroup(IReadOnlyList<ModbusRegister> registers)
{
    public IReadOnlyList<ModbusRegister> Registers => registers;

    private int End => registers.Max(register => register.End);

    public ModbusRequest Request(byte unit) =>
        new(unit, registers[0].Table, (ushort)registers[0].Address, (ushort)(End - registers[0].Address));

    /// <summary>As few groups as the limits allow, in the order of tables and addresses.</summary>
    /// <param name="maxGap">Unwanted registers between two that are read along.</param>
    /// <param name="maxRegisters">In one request; of coils the protocol's 2000.</param>
    public static IEnumerable<ReadGroup> Of(IEnumerable<ModbusRegister> registers, int maxGap, int maxRegisters)
    {
        var open = new List<ModbusRegister>();
        foreach (var register in registers.OrderBy(register => (register.Table, register.Address, register.End)))
        {
            if (open.Count > 0 && !Fits(new(open), register, maxGap, maxRegisters))
            {
                yield return new([.. open]);
                open.Clear();
            }

            open.Add(register);
        }

        if (open.Count > 0) yield return new([.. open]);
    }

    /// <summary>Where the widest hole is, or the middle; null when it is one register only, or several that share an address.</summary>
    public (ReadGroup First, ReadGroup Second)? Split()
    {
        var cuts = Enumerable.Range(1, registers.Count - 1)
            .Where(at => registers[at].Address >= registers.Take(at).Max(register => register.End))
            .ToList();
        if (cuts.Count == 0) return null;

        var widest = cuts.Max(Hole);
        var candidates = cuts.Where(at => Hole(at) == widest).ToList();
        var cut = candidates[candidates.Count / 2];
        return (new([.. registers.Take(cut)]), new([.. registers.Skip(cut)]));
    }

    private int Hole(int at) => registers[at].Address - registers.Take(at).Max(register => register.End);

    private static bool Fits(ReadGroup open, ModbusRegister next, int maxGap, int maxRegisters)
    {
        var most = open.Request(0).IsBits ? ModbusRequest.MostBits : maxRegisters;
        return open.Registers[0].Table == next.Table
            && next.Address - open.End <= maxGap
            && Math.Max(open.End, next.End) - open.Registers[0].Address <= most;
    }
}
