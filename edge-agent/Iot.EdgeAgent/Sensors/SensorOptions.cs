using System.ComponentModel.DataAnnotations;
using Iot.Configuration;
using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Sensors;

/// <summary>One sensor. Configuration section <c>Sensors:NAME</c>; the name is the user's choice.</summary>
internal sealed record SensorOptions : IValidatableObject
{
    public const string Section = "Sensors";

    /// <summary><c>System</c>, <c>Hwmon</c>, <c>Thermal</c>, <c>Modbus</c> or <c>Simulated</c>. Required.</summary>
    [Required]
    public SensorKind? Kind { get; set; }

    /// <summary>Time between two rounds. 100 ms–1 day; default 10 s.</summary>
    [Duration("00:00:00.100", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Simulated only: the reading's name, <c>measurement/field</c>; default <c>simulated/NAME</c>.</summary>
    public string? Name { get; set; }

    /// <summary>Simulated only: unit of the SenML registry; default <c>count</c>.</summary>
    public string Unit { get; set; } = Units.Count;

    /// <summary>Simulated only: <c>Sine</c>, <c>Ramp</c>, <c>Walk</c>, <c>Square</c> or <c>Noise</c>; default <c>Sine</c>.</summary>
    public SimulatedShape Shape { get; set; } = SimulatedShape.Sine;

    /// <summary>Simulated only: lowest value; default 0.</summary>
    public double Min { get; set; }

    /// <summary>Simulated only: highest value; default 100.</summary>
    public double Max { get; set; } = 100;

    /// <summary>Simulated only: one turn of a sine, ramp or square. 1 s–7 days; default 60 s.</summary>
    [Duration("00:00:01", "7.00:00:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Simulated only: equal seeds give equal values at equal times; default 0.</summary>
    public int Seed { get; set; }

    /// <summary>Kind Modbus only: the slave and its registers.</summary>
    public ModbusOptions? Modbus { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(Min < Max)) yield return new($"Min ({Min}) must be below Max ({Max}).");
        if (Kind == SensorKind.Modbus && Modbus is null) yield return new("Kind is Modbus, so Modbus:Url and Modbus:Registers must be given.");
    }
}

internal enum SensorKind
{
    /// <summary>Processor, memory, load, disks and network of this machine, from <c>/proc</c>.</summary>
    System,

    /// <summary>Temperatures, fans, voltages, currents and power of <c>/sys/class/hwmon</c>.</summary>
    Hwmon,

    /// <summary>The thermal zones of <c>/sys/class/thermal</c>.</summary>
    Thermal,

    /// <summary>Registers of a Modbus slave, over TCP or a serial line.</summary>
    Modbus,

    /// <summary>A value made from the clock and a seed.</summary>
    Simulated,
}

internal enum SimulatedShape
{
    Sine,
    Ramp,
    Walk,
    Square,
    Noise,
}
