namespace Iot.EdgeAgent.Sensors;

/// <summary>The kernel's thermal zones, named by their type: <c>/sys/class/thermal/thermal_zone*</c>.</summary>
internal sealed class ThermalSensor(string sysPath, ILogger logger) : ISensor
{
    private readonly string _directory = Path.Combine(sysPath, "class", "thermal");
    private readonly KernelChannels _zones = new(logger);

    public string Name => "thermal";

    /// <summary>Whether this machine has any.</summary>
    public bool IsPresent => Zones(_directory).Any();

    public void Sample(SensorReadings readings)
    {
        if (_zones.IsEmpty) Find();
        _zones.Sample(readings, _directory);
    }

    public void Dispose() => _zones.Dispose();

    private void Find()
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directory in Zones(_directory))
        {
            var type = SysfsText.FirstLine(Path.Combine(directory, "type")) ?? Path.GetFileName(directory);
            if (!types.Add(type)) type = $"{type}.{Path.GetFileName(directory)}";

            _zones.Add(new SysfsChannel(Path.Combine(directory, "temp"), new("temperature", $"thermal.{type}", Units.Celsius), 1e-3));
        }
    }

    private static IEnumerable<string> Zones(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateDirectories(directory, "thermal_zone*").Order(StringComparer.Ordinal)
        : [];
}
