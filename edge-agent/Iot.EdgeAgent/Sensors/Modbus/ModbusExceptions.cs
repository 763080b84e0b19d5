namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>Nothing came that answers the question, within the time allowed.</summary>
internal sealed class ModbusSilenceException(string message) : IOException(message);

/// <summary>Bytes came that are no answer: noise, a second master, or two slaves with one address.</summary>
internal sealed class ModbusDamageException(string message) : IOException(message);

/// <summary>The other side ended the connection, or the port has gone.</summary>
internal sealed class ModbusLineException(string message, Exception? cause = null) : IOException(message, cause);

/// <summary>The slave understood and says no. Modbus Application Protocol v1.1b3, section 7.</summary>
internal sealed class ModbusRefusalException(ModbusRequest request, byte code)
    : IOException($"Unit {request.Unit} refuses {request}: {Words(request, code)}")
{
    public byte Code { get; } = code;

    /// <summary>A smaller read may succeed: an address in it is a hole, or it is more than this device gives at once.</summary>
    public bool IsAboutRange => Code is 2 or 3;

    /// <summary>Said by a gateway: the slave behind it does not answer.</summary>
    public bool IsSilence => Code is 11;

    private static string Words(ModbusRequest request, byte code) => code switch
    {
        1 => $"illegal function (1); it has no table {request.Table}. Choose another Table.",
        2 => "illegal address (2); there is no such register. Check Table and Address (manuals often count from 1, 30001 or 40001), or lower MaxGap.",
        3 => "illegal value (3); that is more than it gives at once. Lower MaxRegisters.",
        4 => "device failure (4). See the device itself.",
        5 => "it needs longer (5). It is asked again.",
        6 => "busy (6). It is asked again; a longer Interval helps.",
        8 => "its memory has a parity error (8). See the device itself.",
        10 => "the gateway has no path to it (10). Check the gateway's configuration, or Unit.",
        11 => "silent behind the gateway (11). Check Unit, wiring and power.",
        _ => $"exception {code}, which is the device's own. See its manual.",
    };
}
