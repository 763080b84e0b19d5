namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>How a question and its answer are wrapped. Belongs to one port, and ends with it.</summary>
internal abstract class ModbusFraming
{
    /// <returns>The data of the answer.</returns>
    /// <exception cref="ModbusRefusalException">The slave says no.</exception>
    /// <exception cref="ModbusSilenceException">No answer in time.</exception>
    /// <exception cref="ModbusDamageException">What came is no answer.</exception>
    /// <exception cref="ModbusLineException">The port has gone.</exception>
    public abstract byte[] Ask(ModbusPort port, in ModbusRequest request, TimeSpan timeout);

    protected static ModbusSilenceException Silence(in ModbusRequest request, TimeSpan timeout) =>
        new($"Unit {request.Unit} does not answer within {timeout.TotalSeconds} s. Check Unit, wiring and power, on a serial line BaudRate and Parity.");
}
