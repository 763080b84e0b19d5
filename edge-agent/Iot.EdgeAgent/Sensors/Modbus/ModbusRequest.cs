using System.Buffers.Binary;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>A read, the only thing ever asked. Modbus Application Protocol v1.1b3, sections 6.1 to 6.4.</summary>
/// <remarks>
/// <code>
/// request  | function | address (2) | count (2) |                 numbers are big-endian
/// answer   | function | bytes (1)   | data …
/// refusal  | function + 0x80 | exception code |
/// </code>
/// </remarks>
internal readonly record struct ModbusRequest(byte Unit, ModbusTable Table, ushort Address, ushort Count)
{
    public const int MostRegisters = 125;
    public const int MostBits = 2000;
    public const int Bytes = 5;

    public byte Function => (byte)Table;

    public bool IsBits => Table is ModbusTable.Coil or ModbusTable.Discrete;

    public int DataBytes => IsBits ? (Count + 7) / 8 : Count * 2;

    /// <param name="destination"><see cref="Bytes"/> long.</param>
    public void Write(Span<byte> destination)
    {
        destination[0] = Function;
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], Address);
        BinaryPrimitives.WriteUInt16BigEndian(destination[3..], Count);
    }

    /// <summary>The data of an answer to this.</summary>
    /// <exception cref="ModbusRefusalException">The slave, or the gateway before it, says no.</exception>
    /// <exception cref="ModbusDamageException">It is an answer to nothing that was asked.</exception>
    public byte[] Data(ReadOnlySpan<byte> answer)
    {
        if (answer.Length >= 2 && answer[0] == (Function | 0x80)) throw new ModbusRefusalException(this, answer[1]);

        if (answer.Length < 2 || answer[0] != Function)
            throw new ModbusDamageException($"Unit {Unit} answers with function {(answer.Length > 0 ? answer[0] : 0)} where {Function} was asked for.");
        if (answer[1] != DataBytes || answer.Length != 2 + DataBytes)
            throw new ModbusDamageException($"Unit {Unit} answers with {answer.Length - 2} bytes where {DataBytes} were asked for.");

        return answer[2..].ToArray();
    }

    public override string ToString() => Count == 1 ? $"{Table} {Address}" : $"{Table} {Address}–{Address + Count - 1}";
}
