using System.Globalization;
using Iot.EdgeAgent.Sensors.Gpio;
using Iot.EdgeAgent.Sensors.Iio;
using Iot.EdgeAgent.Sensors.OneWire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>What there is on this machine that could be sampled, configured or not, and what to write for it.</summary>
internal sealed class Discovery(string sysPath = "/sys", string devPath = "/dev")
{
    private const int MaxLines = 64; // of one GPIO chip

    private static readonly string[] SerialPorts = ["ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS*"];

    /// <param name="Kind">What it is.</param>
    /// <param name="What">This one, for a person.</param>
    /// <param name="Entry">Of the <c>Sensors</c> section in a file of settings; null when it is only a hint.</param>
    internal sealed record Finding(string Kind, string What, string? Entry = null);

    public IEnumerable<Finding> All() => [.. Chips(), .. Iio(), .. OneWire(), .. Gpio(), .. Serial(), .. I2c()];

    private IEnumerable<Finding> Chips()
    {
        foreach (var (kind, pattern, file) in new[] { ("Hwmon", "hwmon*", "name"), ("Thermal", "thermal_zone*", "type") })
        {
            var root = Path.Combine(sysPath, "class", kind.ToLowerInvariant());
            var names = Directories(root, pattern).Select(path => SysfsText.FirstLine(Path.Combine(path, file)) ?? Path.GetFileName(path)).ToList();
            if (names.Count > 0) yield return new(kind, string.Join(' ', names), $$"""{{Quoted(kind.ToLowerInvariant())}}: { "Kind": "{{kind}}" }""");
        }
    }

    private IEnumerable<Finding> Iio() => IioDevice.All(sysPath).Select(device => new Finding(
        "Iio",
        device.Address is null ? device.Name : $"{device.Name} at {device.Address}",
        $$"""{{Quoted(device.Name)}}: { "Kind": "Iio", "Iio": { "Device": {{Quoted(device.Name)}} } }"""));

    private IEnumerable<Finding> OneWire()
    {
        var ids = OneWireBus.Ids(sysPath).ToList();
        if (ids.Count > 0) yield return new("OneWire", string.Join(' ', ids), """ "onewire": { "Kind": "OneWire" }""".Trim());
    }

    private IEnumerable<Finding> Gpio() => GpioChip.All(devPath).SelectMany(Lines);

    private static IEnumerable<Finding> Lines(string path)
    {
        var name = Path.GetFileName(path);
        List<Finding> found = [];
        try
        {
            using var chip = GpioChip.Open(path);
            found.Add(new("Gpio", $"{name}, {chip.Label}, {chip.Lines} lines", $$"""  "input": { "Kind": "Gpio", "Gpio": { "Chip": "{{name}}", "Line": "NUMBER OR NAME" } }""".Trim()));
            for (var line = 0; line < Math.Min(chip.Lines, MaxLines); line++)
            {
                var (label, consumer, isUsed) = chip.Describe(line);
                if (label.Length > 0 || isUsed)
                    found.Add(new("", string.Create(CultureInfo.InvariantCulture, $"  line {line} {label}{(isUsed ? $", in use by {(consumer.Length > 0 ? consumer : "the kernel")}" : "")}")));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            found.Add(new("Gpio", $"{name}: {e.Message} Try sudo, or add the user to the group gpio."));
        }

        return found;
    }

    private IEnumerable<Finding> Serial() => SerialPorts
        .SelectMany(pattern => Directories(Path.Combine(sysPath, "class", "tty"), pattern))
        .Where(path => Directory.Exists(Path.Combine(path, "device", "driver")) && !IsPlatformStub(path))
        .Select(path => new Finding("serial port", $"/dev/{Path.GetFileName(path)}: for Modbus RTU or a program of your own"));

    private IEnumerable<Finding> I2c() => Directories(Path.Combine(sysPath, "bus", "i2c", "devices"), "i2c-*")
        .Select(path => new Finding("I2C bus", $"{Path.GetFileName(path)}, {SysfsText.FirstLine(Path.Combine(path, "name"))}: a chip on it is sampled once the kernel has its driver, see docs/sensors.md"));

    /// <summary>A PC announces four ports whether it has them or not; those without one are of type 0.</summary>
    private static bool IsPlatformStub(string path) => SysfsText.FirstLine(Path.Combine(path, "type")) is "0";

    private static IEnumerable<string> Directories(string root, string pattern) =>
        Directory.Exists(root) ? Directory.EnumerateDirectories(root, pattern).Order(StringComparer.Ordinal) : [];

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
