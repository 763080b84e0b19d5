namespace Iot.EdgeAgent.Sensors.Iio;

/// <summary>What the drivers of the kernel's Industrial I/O measure: <c>/sys/bus/iio/devices</c>; BME280, SHT3x, ADS1115 and hundreds more.</summary>
/// <param name="device">One device, by its directory (<c>iio:device0</c>), name, label or address (<c>1-0076</c>); null for all.</param>
/// <remarks>Devices are looked for when the sensor starts, and again whenever nothing can be read.</remarks>
internal sealed class IioSensor(string sysPath, string? device, ILogger logger) : ISensor
{
    private readonly KernelChannels _channels = new(logger);

    public string Name => device is null ? "iio" : $"iio.{device}";

    public void Sample(SensorReadings readings)
    {
        var devices = IioDevice.Directory(sysPath);
        if (_channels.IsEmpty) Find();
        if (_channels.IsEmpty) throw new IOException(device is null ? $"No device under '{devices}'." : $"No device '{device}' under '{devices}'.");

        _channels.Sample(readings, devices);
    }

    public void Dispose() => _channels.Dispose();

    private void Find()
    {
        foreach (var found in IioDevice.All(sysPath).Where(found => device is null || found.Is(device)))
        {
            foreach (var channel in found.Channels()) _channels.Add(channel);
        }
    }
}
