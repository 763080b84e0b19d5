namespace Iot.EdgeAgent.Sensors.Iio;

/// <summary>Which IIO device. Configuration section <c>Sensors:NAME:Iio</c>.</summary>
internal sealed record IioOptions
{
    public const string Section = "Sensors:NAME:Iio";

    /// <summary>One device: its name (<c>bme280</c>), label, address (<c>1-0076</c>) or directory (<c>iio:device0</c>). One that hangs then holds up no other. Default all.</summary>
    public string? Device { get; set; }
}
