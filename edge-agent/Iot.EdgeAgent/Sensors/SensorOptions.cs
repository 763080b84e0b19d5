using System.ComponentModel.DataAnnotations;
using Iot.Configuration;
using Iot.EdgeAgent.Sensors.Exec;
using Iot.EdgeAgent.Sensors.Gpio;
using Iot.EdgeAgent.Sensors.Iio;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Iot.EdgeAgent.Sensors.Modbus;
using Iot.EdgeAgent.Sensors.Shaping;

namespace Iot.EdgeAgent.Sensors;

/// <summary>One sensor. Configuration section <c>Sensors:NAME</c>; the name is the user's choice.</summary>
internal sealed record SensorOptions : IValidatableObject
{
    public const string Section = "Sensors";

    /// <summary><c>System</c>, <c>Hwmon</c>, <c>Thermal</c>, <c>Iio</c>, <c>OneWire</c>, <c>Gpio</c>, <c>Pulses</c>, <c>Exec</c>, <c>Modbus</c>, <c>Mqtt</c> or <c>Simulated</c>. Required.</summary>
    [Required]
    public SensorKind? Kind { get; set; }

    /// <summary>Time between two rounds. 100 ms–1 day; default 10 s.</summary>
    [Duration("00:00:00.100", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Name of the outbox in <c>Outbox:Streams</c> that keeps its readings; default the one without a name.</summary>
    public string Stream { get; set; } = "";

    /// <summary>A sensor that does not answer for this long is reported as hanging, until it answers. 100 ms–1 h; default 10 s.</summary>
    [Duration("00:00:00.100", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names of the readings to take, <c>*</c> for anything: <c>temperature/*</c>; default all.</summary>
    public IList<string> Include { get; set; } = [];

    /// <summary>Names of the readings to leave out, <c>*</c> for anything; default none.</summary>
    public IList<string> Exclude { get; set; } = [];

    /// <summary>New names of readings by their old ones, each <c>measurement/field</c>; default none.</summary>
    public IDictionary<string, string> Rename { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Unit of the readings, one of the SenML registry; default the sensor's own, and <c>count</c> of a simulated one.</summary>
    public string? Unit { get; set; }

    /// <summary>Numbers are multiplied by this; default 1.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>And then this is added; default 0.</summary>
    public double Offset { get; set; }

    /// <summary>Readings are gathered over this time and their <c>Aggregates</c> sent at its end; 0 sends each. 0–1 day; default 0.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan Window { get; set; }

    /// <summary>Any of <c>Mean</c>, <c>Min</c>, <c>Max</c>, <c>Last</c> and <c>Count</c>; several go by names such as <c>temperature/room.max</c>. Default <c>Mean</c>.</summary>
    public IList<Aggregate> Aggregates { get; set; } = [];

    /// <summary>Readings are sent on change: one that differs from the last that was sent by no more than this is left out; 0 leaves out equal ones only. Default none: all are sent.</summary>
    public double? Deadband { get; set; }

    /// <summary>With <c>Deadband</c>, a reading that does not change is sent all the same after this time, so that it is told from a dead one. 1 s–1 day; default 10 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan MaxSilence { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Simulated only: the reading's name, <c>measurement/field</c>; default <c>simulated/NAME</c>.</summary>
    public string? Name { get; set; }

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

    /// <summary>Iio only: which device.</summary>
    public IioOptions? Iio { get; set; }

    /// <summary>Gpio and Pulses only: which line.</summary>
    public GpioOptions? Gpio { get; set; }

    /// <summary>Pulses only: what a pulse means.</summary>
    public PulsesOptions? Pulses { get; set; }

    /// <summary>Exec only: which program.</summary>
    public ExecOptions? Exec { get; set; }

    /// <summary>Kind Modbus only: the slave and its registers.</summary>
    public ModbusOptions? Modbus { get; set; }

    /// <summary>Kind Mqtt only: the broker of this site, and what is taken from it.</summary>
    public LocalMqttOptions? Mqtt { get; set; }

    /// <summary>Whether anything is asked that is done with readings after they were taken.</summary>
    public bool IsShaping =>
        Include.Count > 0 || Exclude.Count > 0 || Rename.Count > 0 || Unit is not null || Scale != 1 || Offset != 0 || Window > TimeSpan.Zero || Deadband is not null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!(Min < Max)) yield return new($"Min ({Min}) must be below Max ({Max}).");
        if (Kind == SensorKind.Modbus && Modbus is null) yield return new("Kind is Modbus, so Modbus:Url and Modbus:Registers must be given.");
        if (!(double.IsFinite(Scale) && Scale != 0 && double.IsFinite(Offset))) yield return new($"Scale ({Scale}) and Offset ({Offset}) must be numbers, Scale not 0.");
        if (Deadband is { } deadband && !(deadband >= 0)) yield return new($"Deadband ({deadband}) must be 0 or more.");
        if (Window > TimeSpan.Zero && Window < Interval) yield return new($"Window ({Window}) must be no shorter than Interval ({Interval}).");
        if (Window == TimeSpan.Zero && Aggregates.Count > 0) yield return new("Aggregates are of a Window; give one, such as 00:01:00, or remove Aggregates.");
        if (Kind == SensorKind.Mqtt && Mqtt is null) yield return new("Kind is Mqtt, so Mqtt:Preset or Mqtt:Mappings must be given.");
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

    /// <summary>What the kernel's Industrial I/O drivers measure: <c>/sys/bus/iio</c>.</summary>
    Iio,

    /// <summary>What measures on the 1-wire buses: <c>/sys/bus/w1</c>.</summary>
    OneWire,

    /// <summary>An input of a GPIO chip.</summary>
    Gpio,

    /// <summary>A meter that gives pulses to an input of a GPIO chip.</summary>
    Pulses,

    /// <summary>A program that prints readings.</summary>
    Exec,

    /// <summary>Registers of a Modbus slave, over TCP or a serial line.</summary>
    Modbus,

    /// <summary>What devices of this site publish at a local broker: Zigbee2MQTT, Tasmota, any JSON.</summary>
    Mqtt,

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
