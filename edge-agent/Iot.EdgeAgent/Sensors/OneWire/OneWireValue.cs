namespace Iot.EdgeAgent.Sensors.OneWire;

/// <summary>A value of a 1-wire device: a file with one number.</summary>
/// <param name="path">Such as <c>/sys/bus/w1/devices/26-000001a2b3c4/vad</c>.</param>
/// <param name="scale">Times this the number is in the unit of <paramref name="name"/>.</param>
internal class OneWireValue(string path, ReadingName name, double scale)
{
    public ReadingName Name { get; } = name;

    protected string Path { get; } = path;

    /// <summary>Opened anew each time: the driver measures when it is opened.</summary>
    /// <exception cref="IOException">There is no such device on the bus, or its answer was garbled.</exception>
    public virtual double Read()
    {
        var number = new Words(File.ReadAllBytes(Path)).NextNumber();
        return double.IsFinite(number) ? Significant.Round(number * scale) : throw new IOException($"'{Path}' holds no number.");
    }
}
