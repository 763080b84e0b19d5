namespace Iot.EdgeAgent.Sensors;

/// <summary>One file of /sys that holds one whole number.</summary>
/// <param name="path">Such as <c>/sys/class/hwmon/hwmon0/temp1_input</c>.</param>
/// <param name="scale">Times this the number is in the unit of <paramref name="name"/>.</param>
internal sealed class SysfsChannel(string path, ReadingName name, double scale) : IKernelChannel
{
    private readonly KernelFile _file = new(path);

    public string Path => path;

    public void Sample(SensorReadings readings)
    {
        var value = new Words(_file.Read()).NextNumber();
        if (double.IsNaN(value)) throw new IOException($"'{path}' holds no number.");

        readings.Add(name, Math.Round(value * scale, 6));
    }

    public void Dispose() => _file.Dispose();
}
