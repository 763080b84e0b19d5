using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Makes the sensors of a device from its configuration.</summary>
/// <param name="procPath">Normally <c>/proc</c>.</param>
/// <param name="sysPath">Normally <c>/sys</c>.</param>
internal sealed class SensorCatalog(ILogger<SensorCatalog> logger, string procPath = "/proc", string sysPath = "/sys")
{
    private readonly ModbusBuses _buses = new(TimeProvider.System);

    /// <summary>As configured; with nothing configured all that this machine has, every 10 s.</summary>
    public IReadOnlyList<SensorGroup> OfThisMachine(IReadOnlyDictionary<string, SensorOptions> configured)
    {
        if (configured.Count > 0) return [.. configured.Select(sensor => Group(sensor.Key, sensor.Value, seed: 0))];

        return [.. Found().Select(sensor => Group(sensor.Name, sensor.Options, seed: 0))];
    }

    /// <summary>What this machine has and can be read without being told anything.</summary>
    public IEnumerable<(string Name, SensorOptions Options)> Found()
    {
        yield return ("system", new() { Kind = SensorKind.System });
        if (new HwmonSensor(sysPath, logger).IsPresent) yield return ("hwmon", new() { Kind = SensorKind.Hwmon });
        if (new ThermalSensor(sysPath, logger).IsPresent) yield return ("thermal", new() { Kind = SensorKind.Thermal });
    }

    /// <summary>The simulated sensors that are configured; with none configured four that resemble a pump.</summary>
    /// <param name="number">Of the device, 1 for the first: devices differ in phase and noise.</param>
    public IReadOnlyList<SensorGroup> OfSimulatedDevice(int number, TimeSpan interval, IReadOnlyDictionary<string, SensorOptions> configured)
    {
        var simulated = configured.Where(sensor => sensor.Value.Kind == SensorKind.Simulated).ToList();
        if (simulated.Count > 0) return [.. simulated.Select(sensor => Group(sensor.Key, sensor.Value, number))];

        return [new("pump", interval, [.. Pump().Select(sensor => new SimulatedSensor(sensor.Name!, sensor, number))])];
    }

    private SensorGroup Group(string name, SensorOptions options, int seed) => new(name, options.Interval, options.Kind switch
    {
        SensorKind.System => System(),
        SensorKind.Hwmon => [new HwmonSensor(sysPath, logger)],
        SensorKind.Thermal => [new ThermalSensor(sysPath, logger)],
        SensorKind.Modbus => [new ModbusSensor(name, options.Modbus!, _buses, logger)],
        _ => [new SimulatedSensor(name, options, seed)],
    });

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

/// <summary>Sensors that are sampled together, so that their readings share a time.</summary>
internal sealed record SensorGroup(string Name, TimeSpan Interval, IReadOnlyList<ISensor> Sensors);
