namespace Iot.EdgeAgent.Sensors.OneWire;

/// <summary>A DS18B20 and its relatives: <c>temperature</c>, or <c>w1_slave</c> of kernels before 5.10.</summary>
/// <param name="directory">Such as <c>/sys/bus/w1/devices/28-0316a2794a52</c>.</param>
internal sealed class OneWireThermometer(string directory, ReadingName name) : OneWireValue(directory, name, 1e-3)
{
    /// <summary>What the chip holds after power came, before it has measured anything.</summary>
    private const double PowerOn = 85;

    /// <summary>A chip that is really this hot was nearly so before.</summary>
    private const double Near = 15;

    private double _last = double.NaN;

    public override double Read()
    {
        var plain = System.IO.Path.Combine(Path, "temperature");
        var value = File.Exists(plain) ? Millidegrees(plain) : FromSlave(System.IO.Path.Combine(Path, "w1_slave"));
        var suspect = value == PowerOn && !(Math.Abs(_last - PowerOn) <= Near);
        _last = value;
        return suspect
            ? throw new IOException($"'{Path}' says 85 degrees, its value after power came: it lost power, or has not measured. Left out once; check cable and supply if it comes again.")
            : value;
    }

    private static double Millidegrees(string path)
    {
        var number = new Words(File.ReadAllBytes(path)).NextNumber();
        return double.IsFinite(number) ? Significant.Round(number * 1e-3) : throw new IOException($"'{path}' holds no number: its conversion did not end in time.");
    }

    /// <summary>Two lines: the chip's nine bytes with <c>crc=1c YES</c>, and again with <c>t=21437</c>.</summary>
    private static double FromSlave(string path)
    {
        var text = File.ReadAllText(path);
        if (!text.Contains(" YES", StringComparison.Ordinal)) throw new IOException($"'{path}': the checksum is wrong. Check cable, length and pull-up of the bus.");

        var at = text.LastIndexOf("t=", StringComparison.Ordinal);
        return at >= 0 && int.TryParse(text.AsSpan(at + 2).Trim(), System.Globalization.CultureInfo.InvariantCulture, out var millidegrees)
            ? millidegrees / 1000.0
            : throw new IOException($"'{path}' holds no temperature.");
    }
}
