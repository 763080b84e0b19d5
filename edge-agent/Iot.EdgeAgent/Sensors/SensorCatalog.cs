using Iot.EdgeAgent.Sensors.Exec;
using Iot.EdgeAgent.Sensors.Gpio;
using Iot.EdgeAgent.Sensors.Iio;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Iot.EdgeAgent.Sensors.Modbus;
using Iot.EdgeAgent.Sensors.OneWire;
using Iot.Journal;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Makes the sensors of a device from its configuration.</summary>
/// <param name="statePath">Where totals are kept.</param>
/// <param name="procPath">Normally <c>/proc</c>.</param>
/// <param name="sysPath">Normally <c>/sys</c>.</param>
/// <param name="devPath">Normally <c>/dev</c>.</param>
internal sealed class SensorCatalog(ILogger<SensorCatalog> logger, TimeProvider clock, string statePath, string procPath = "/proc", string sysPath = "/sys", string devPath = "/dev")
{
    /// <summary>A program that did not end in time is killed first, before its group is said to hang.</summary>
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(5);

    /// <summary>False for commands that only look: the totals of meters are the running agent's.</summary>
    public bool KeepsTotals { get; init; } = true;

    /// <summary>For commands that root types: programs are left to this user, see <see cref="ForeignProgram"/>. Null: they are run.</summary>
    public uint? ProgramsOf { get; init; }

    private readonly ModbusBuses _buses = new(clock);

    /// <summary>As configured; with nothing configured all that this machine has, every 10 s.</summary>
    public IReadOnlyList<SensorGroup> OfThisMachine(IReadOnlyDictionary<string, SensorOptions> configured)
    {
        if (configured.Count > 0) return [.. configured.Select(sensor => Group(sensor.Key, sensor.Value, seed: 0))];

        return [.. Found().Select(sensor => Group(sensor.Name, sensor.Options, seed: 0))];
    }

    /// <summary>What this machine has and can be read without being told anything. Each IIO device by itself: one that hangs holds up no other.</summary>
    public IEnumerable<(string Name, SensorOptions Options)> Found()
    {
        yield return ("system", new() { Kind = SensorKind.System });
        if (new HwmonSensor(sysPath, logger).IsPresent) yield return ("hwmon", new() { Kind = SensorKind.Hwmon });
        if (new ThermalSensor(sysPath, logger).IsPresent) yield return ("thermal", new() { Kind = SensorKind.Thermal });
        foreach (var device in IioDevice.All(sysPath)) yield return (device.Name, new() { Kind = SensorKind.Iio, Iio = new() { Device = device.Name } });
        if (OneWireBus.Ids(sysPath).Any()) yield return ("onewire", new() { Kind = SensorKind.OneWire });
    }

    /// <summary>The simulated sensors that are configured; with none configured four that resemble a pump.</summary>
    /// <param name="number">Of the device, 1 for the first: devices differ in phase and noise.</param>
    public IReadOnlyList<SensorGroup> OfSimulatedDevice(int number, TimeSpan interval, IReadOnlyDictionary<string, SensorOptions> configured)
    {
        var simulated = configured.Where(sensor => sensor.Value.Kind == SensorKind.Simulated).ToList();
        if (simulated.Count > 0) return [.. simulated.Select(sensor => Group(sensor.Key, sensor.Value, number))];

        return [new("pump", interval, [.. Pump().Select(sensor => new SimulatedSensor(sensor.Name!, sensor, number))]) { MayBlock = false }];
    }

    private SensorGroup Group(string name, SensorOptions options, int seed) => new(name, options.Interval, Sensors(name, options, seed))
    {
        Stream = options.Stream,
        Timeout = options.Kind is SensorKind.Exec ? options.Timeout + KillTime : options.Timeout,
        Shaping = options.IsShaping ? options : null,
        MayBlock = options.Kind != SensorKind.Simulated,
    };

    private ISensor[] Sensors(string name, SensorOptions options, int seed) => options.Kind switch
    {
        SensorKind.System => System(),
        SensorKind.Hwmon => [new HwmonSensor(sysPath, logger)],
        SensorKind.Thermal => [new ThermalSensor(sysPath, logger)],
        SensorKind.Modbus => [new ModbusSensor(name, options.Modbus!, _buses, logger)],
        SensorKind.Iio => [new IioSensor(sysPath, options.Iio?.Device, logger)],
        SensorKind.OneWire => [new OneWireSensor(sysPath, options.Timeout, logger)],
        SensorKind.Gpio => [new GpioInputSensor(name, () => GpioLine.Take(devPath, options.Gpio!, falling: true), clock.GetMonotonicNs)],
        SensorKind.Pulses => [Pulses(name, options.Gpio!, options.Pulses ?? new())],
        SensorKind.Exec when ProgramsOf is { } user => [new ForeignProgram(name, user)],
        SensorKind.Exec => [Exec(name, options, options.Exec!)],
        SensorKind.Mqtt => [new LocalMqttSensor(name, options.Mqtt!, clock, logger)],
        _ => [new SimulatedSensor(name, options, seed)],
    };

    private PulseCounterSensor Pulses(string name, GpioOptions gpio, PulsesOptions pulses) => new(
        name, pulses, () => GpioLine.Take(devPath, gpio, falling: false),
        new(PulseTotal.PathOf(statePath, name), pulses.SaveInterval, KeepsTotals, new PosixDisk(), clock), clock, logger);

    private ISensor Exec(string name, SensorOptions options, ExecOptions exec) => exec.Mode == ExecMode.Stream
        ? new ExecStreamSensor(name, exec, clock, logger)
        : new ExecOnceSensor(name, exec, options.Timeout, clock, logger);

    private ISensor[] System() =>
    [
        new CpuSensor(procPath), new MemorySensor(procPath), new LoadSensor(procPath),
        new DiskSpaceSensor(procPath, DiskSpace.Of), new DiskIoSensor(procPath, sysPath), new NetworkSensor(procPath),
    ];

    private static SensorOptions[] Pump() =>
    [
        new() { Name = "pump/temperature", Unit = Units.Celsius, Shape = SimulatedShape.Sine, Min = 35, Max = 60, Period = TimeSpan.FromMinutes(5), Seed = 1 },
        new() { Name = "pump/pressure", Unit = "Pa", Shape = SimulatedShape.Walk, Min = 180_000, Max = 260_000, Seed = 2 },
        new() { Name = "pump/vibration", Unit = "m/s2", Shape = SimulatedShape.Noise, Min = 0, Max = 0.8, Seed = 3 },
        new() { Name = "pump/running", Unit = Units.Ratio, Shape = SimulatedShape.Square, Min = 0, Max = 1, Period = TimeSpan.FromMinutes(2), Seed = 4 },
    ];
}
