namespace Iot.EdgeAgent.Sensors;

/// <summary>One file of /sys that holds one whole number.</summary>
/// <param name="path">Such as <c>/sys/class/hwmon/hwmon0/temp1_input</c>.</param>
/// <param name="scale">Times this the number is in the unit of <paramref name="name"/>.</param>
internal sealed class SysfsChannel(string path, ReadingName name, double scale) : IDisposable
{
    private readonly KernelFile _file = new(path);
    private bool _reported;

    public ReadingName Name { get; } = name;

    /// <summary>False when the driver gave no number; its neighbours can be read all the same.</summary>
    public bool TrySample(SensorReadings readings, ILogger logger)
    {
        try
        {
            var value = new Words(_file.Read()).NextNumber();
            if (double.IsNaN(value)) throw new IOException($"'{path}' holds no number.");

            readings.Add(Name, Math.Round(value * scale, 6));
            _reported = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_reported) logger.ChannelFailed(path, e.Message);
            _reported = true;
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Samples all of them.</summary>
    /// <exception cref="IOException">Not one could be read.</exception>
    public static void SampleAll(List<SysfsChannel> channels, SensorReadings readings, ILogger logger, string directory)
    {
        var read = 0;
        foreach (var channel in channels)
            if (channel.TrySample(readings, logger)) read++;

        if (read == 0) throw new IOException($"Nothing to read under '{directory}'.");
    }
}
