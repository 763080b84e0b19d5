namespace Iot.EdgeAgent.Sensors.OneWire;

/// <summary>Which devices there are on the 1-wire buses, and what they measure by their family: <c>/sys/bus/w1/devices</c>.</summary>
internal static class OneWireBus
{
    private static readonly string[] Thermometers = ["10", "22", "28", "3b", "42"]; // DS18S20, DS1822, DS18B20, DS1825, DS28EA00
    private const int MaxSlaves = 32; // each is read by a thread of its own
    private const string BatteryMonitor = "26"; // DS2438, in weather stations for humidity and light

    public static string Directory(string sysPath) => Path.Combine(sysPath, "bus", "w1", "devices");

    /// <summary>Those that measure something, by their addresses.</summary>
    public static IEnumerable<OneWireSlave> Slaves(string sysPath) =>
        from id in Ids(sysPath)
        let values = Values(Path.Combine(Directory(sysPath), id), id)
        where values.Count > 0
        select new OneWireSlave(id, values);

    public static IEnumerable<string> Ids(string sysPath)
    {
        var root = Directory(sysPath);
        return System.IO.Directory.Exists(root)
            ? System.IO.Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)).Where(IsSensor).Order(StringComparer.Ordinal).Take(MaxSlaves)
            : [];
    }

    private static bool IsSensor(string id) => id.Length > 3 && id[2] == '-' && (Thermometers.Contains(id[..2]) || id.StartsWith(BatteryMonitor, StringComparison.Ordinal));

    private static IReadOnlyList<OneWireValue> Values(string path, string id) => id.StartsWith(BatteryMonitor, StringComparison.Ordinal)
        ?
        [
            new(Path.Combine(path, "temperature"), new("temperature", $"w1.{id}", Units.Celsius), 1 / 256.0),
            new(Path.Combine(path, "vad"), new("voltage", $"w1.{id}.vad", Units.Volt), 1e-2),
            new(Path.Combine(path, "vdd"), new("voltage", $"w1.{id}.vdd", Units.Volt), 1e-2),
        ]
        : [new OneWireThermometer(path, new("temperature", $"w1.{id}", Units.Celsius))];
}
