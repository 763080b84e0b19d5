using System.ComponentModel.DataAnnotations;

namespace Iot.EdgeAgent.Sensors.Modbus;

/// <summary>One value of a slave. Configuration section <c>Sensors:NAME:Modbus:Registers:REGISTER</c>.</summary>
internal sealed record ModbusRegisterOptions
{
    public const string Section = "Sensors:NAME:Modbus:Registers:REGISTER";

    /// <summary>As it goes over the wire: 0–65535, or hexadecimal as 0x0034. Manuals that count 40001 or 30001 mean 0. Required.</summary>
    [Required]
    public string? Address { get; set; }

    /// <summary><c>Holding</c>, <c>Input</c>, <c>Coil</c> or <c>Discrete</c>; default <c>Holding</c>.</summary>
    public ModbusTable Table { get; set; } = ModbusTable.Holding;

    /// <summary><c>U16</c>, <c>I16</c>, <c>U32</c>, <c>I32</c>, <c>U64</c>, <c>I64</c>, <c>F32</c>, <c>F64</c>, <c>Bcd16</c>, <c>Bcd32</c>, <c>Bit N</c> (0 is the lowest of 16), <c>String N</c> (N registers). Default <c>U16</c>; coils and discrete inputs have none.</summary>
    public string? Kind { get; set; }

    /// <summary>In which order a value's bytes come: <c>ABCD</c> (highest first), <c>CDAB</c> (lower register first), <c>BADC</c>, <c>DCBA</c>. Default <c>ABCD</c>.</summary>
    public ModbusOrder Order { get; set; } = ModbusOrder.ABCD;

    /// <summary>The number read is multiplied by this. Default 1.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Added after scaling. Default 0.</summary>
    public double Offset { get; set; }

    /// <summary>Unit of the SenML registry, such as <c>Cel</c> or <c>V</c>. Default none.</summary>
    public string Unit { get; set; } = "";

    /// <summary>The reading's name, <c>measurement/field</c>. Default: the sensor's name and the register's.</summary>
    public string? Name { get; set; }

    /// <summary>The raw number by which the slave says that it has no value, such as 0x8000 or -32768. Default none.</summary>
    public string? Invalid { get; set; }
}

/// <summary>The four tables of Modbus Application Protocol v1.1b3, section 4.3, by the function code that reads each.</summary>
internal enum ModbusTable
{
    Coil = 1,
    Discrete = 2,
    Holding = 3,
    Input = 4,
}

/// <summary>A is a value's highest byte. Longer values follow the same two choices: which register first, which byte of it first.</summary>
internal enum ModbusOrder
{
    ABCD,
    CDAB,
    BADC,
    DCBA,
}
