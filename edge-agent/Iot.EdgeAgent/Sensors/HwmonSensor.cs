namespace Iot.EdgeAgent.Sensors;

/// <summary>What the board's monitoring chips measure: <c>/sys/class/hwmon</c>, named by chip and label.</summary>
/// <remarks>Chips are looked for when the sensor starts, and again whenever none of them can be read.</remarks>
internal sealed class HwmonSensor(string sysPath, ILogger logger) : ISensor
{
    private readonly string _directory = Path.Combine(sysPath, "class", "hwmon");
    private readonly KernelChannels _channels = new(logger);

    public string Name => "hwmon";

    /// <summary>Whether this machine has any.</summary>
    public bool IsPresent => Chips(_directory).Any();

    public void Sample(SensorReadings readings)
    {
        if (_channels.IsEmpty) Find();
        _channels.Sample(readings, _directory);
    }

    public void Dispose() => _channels.Dispose();

    private void Find()
    {
        var chips = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directory in Chips(_directory))
        {
            var chip = SysfsText.FirstLine(Path.Combine(directory, "name")) ?? Path.GetFileName(directory);
            if (!chips.Add(chip)) chip = $"{chip}.{Path.GetFileName(directory)}"; // two disks of one model

            foreach (var input in Directory.EnumerateFiles(directory, "*_input").Order(StringComparer.Ordinal))
                if (Channel(input, chip) is { } channel) _channels.Add(channel);
        }
    }

    private static SysfsChannel? Channel(string input, string chip)
    {
        var channel = Path.GetFileName(input)[..^"_input".Length]; // temp1
        if (Quantity(channel.TrimEnd("0123456789".ToCharArray())) is not { } quantity) return null;

        var label = SysfsText.FirstLine(input[..^"input".Length] + "label") ?? channel;
        return new(input, new(quantity.Measurement, $"{chip}.{label}", quantity.Unit), quantity.Scale);
    }

    /// <summary>The kernel's units are thousandths and millionths: Documentation/hwmon/sysfs-interface.</summary>
    private static (string Measurement, string Unit, double Scale)? Quantity(string type) => type switch
    {
        "temp" => ("temperature", Units.Celsius, 1e-3),
        "fan" => ("fan", Units.PerMinute, 1),
        "in" => ("voltage", Units.Volt, 1e-3),
        "curr" => ("current", Units.Ampere, 1e-3),
        "power" => ("power", Units.Watt, 1e-6),
        "energy" => ("energy", Units.Joule, 1e-6),
        "humidity" => ("humidity", Units.RelativeHumidity, 1e-3),
        _ => null,
    };

    private static IEnumerable<string> Chips(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateDirectories(directory, "hwmon*").Order(StringComparer.Ordinal)
        : [];
}
