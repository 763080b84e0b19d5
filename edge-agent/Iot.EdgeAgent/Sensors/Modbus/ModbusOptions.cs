using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>A Modbus slave and what to read from it; it is never written to. Configuration section <c>Sensors:NAME:Modbus</c>.</summary>
internal sealed record ModbusOptions
{
    public const string Section = "Sensors:NAME:Modbus";

    /// <summary><c>tcp://HOST:502</c>, <c>rtu:///dev/serial/by-id/NAME</c> for a serial port, <c>rtu+tcp://HOST:PORT</c> for a converter that passes RTU frames on as they are. Required.</summary>
    [Required]
    public string? Url { get; set; }

    /// <summary>The slave's address on its line. Serial 1–247, TCP 0–255; default 1.</summary>
    [Range(0, 255)]
    public int Unit { get; set; } = 1;

    /// <summary>Longest to wait for an answer, and for a connection. 50 ms–1 min; default 1 s.</summary>
    [Duration("00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Serial only: bits a second. 300–4,000,000; default 9600.</summary>
    [Range(300, 4_000_000)]
    public int BaudRate { get; set; } = 9600;

    /// <summary>Serial only: <c>None</c>, <c>Even</c> or <c>Odd</c>; default <c>None</c>.</summary>
    public SerialParity Parity { get; set; } = SerialParity.None;

    /// <summary>Serial only: 1 or 2; default 1.</summary>
    [Range(1, 2)]
    public int StopBits { get; set; } = 1;

    /// <summary>Serial only: the port's driver switches an RS-485 transceiver by RTS; most USB adapters do that by themselves. Default false.</summary>
    public bool Rs485 { get; set; }

    /// <summary>TCP only: a connection of its own instead of one shared by all sensors of the same HOST:PORT, so that a silent neighbour costs nothing. Default false.</summary>
    public bool OwnConnection { get; set; }

    /// <summary>Registers between two wanted ones that are read along with them. 0–120; default 16.</summary>
    [Range(0, 120)]
    public int MaxGap { get; set; } = 16;

    /// <summary>Most registers in one read. 1–125; default 125.</summary>
    [Range(1, ModbusRequest.MostRegisters)]
    public int MaxRegisters { get; set; } = ModbusRequest.MostRegisters;

    /// <summary>What to read, by names of the user's choice. Required.</summary>
    public Dictionary<string, ModbusRegisterOptions> Registers { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

internal enum SerialParity
{
    None,
    Even,
    Odd,
}
