namespace Iot.EdgeAgent.Sensors.Iio;

/// <summary>One channel of an IIO device: <c>input</c> as it stands, or (<c>raw</c> + <c>offset</c>) × <c>scale</c>.</summary>
/// <remarks>Offset and scale are read with each value: somebody may choose another range, and they cost no transfer on the bus.</remarks>
internal sealed class IioChannel : IKernelChannel
{
    private readonly IioQuantity _quantity;
    private readonly ReadingName _name;
    private readonly KernelFile _value;
    private readonly KernelFile? _offset;
    private readonly KernelFile? _scale;

    public IioChannel(string directory, string file, string device, IioChannelName channel, IioQuantity quantity)
    {
        _quantity = quantity;
        _value = new(System.IO.Path.Combine(directory, file));
        if (file.EndsWith("_raw", StringComparison.Ordinal)) (_offset, _scale) = (Find(directory, channel, "offset"), Find(directory, channel, "scale"));

        var label = SysfsText.FirstLine(System.IO.Path.Combine(directory, $"{channel.Stem}_label"));
        var suffix = label ?? channel.Suffix;
        _name = new(quantity.Measurement, suffix.Length == 0 ? device : $"{device}.{suffix}", Unit(quantity, channel));
    }

    public string Path => _value.Path;

    public void Sample(SensorReadings readings)
    {
        var value = Number(_value);
        if (_offset is not null) value += Number(_offset);
        if (_scale is not null) value *= Number(_scale);
        readings.Add(_name, Significant.Round(value * _quantity.Scale));
    }

    public void Dispose()
    {
        _value.Dispose();
        _offset?.Dispose();
        _scale?.Dispose();
    }

    /// <summary>A proximity that has a scale is a distance by the kernel's rules.</summary>
    private string Unit(IioQuantity quantity, IioChannelName channel) => channel.Type is "proximity" && _scale is not null ? "m" : quantity.Unit;

    private static double Number(KernelFile file)
    {
        var number = new Words(file.Read()).NextNumber();
        return double.IsFinite(number) ? number : throw new IOException($"'{file.Path}' holds no number.");
    }

    private static KernelFile? Find(string directory, IioChannelName channel, string property) =>
        channel.Files(property).Select(file => System.IO.Path.Combine(directory, file)).FirstOrDefault(File.Exists) is { } path ? new(path) : null;
}
