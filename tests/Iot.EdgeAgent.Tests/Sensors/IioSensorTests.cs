using Iot.EdgeAgent.Sensors.Iio;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>Trees as the drivers of real chips make them.</summary>
public sealed class IioSensorTests : IDisposable
{
    private const string Devices = "sys/bus/iio/devices";

    private readonly KernelTree _tree = new();
    private readonly LineLogger _log = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_bme280_gives_finished_values()
    {
        Chip("iio:device0", "bme280",
            ("in_temp_input", "21430\n"), ("in_pressure_input", "100.987109375\n"), ("in_humidityrelative_input", "45678\n"),
            ("in_temp_oversampling_ratio", "2\n"), ("in_pressure_oversampling_ratio_available", "1 2 4 8 16\n"), ("uevent", "MAJOR=248\n"));

        Assert.Equal(["humidity/bme280=45.678 %RH", "pressure/bme280=100987.1094 Pa", "temperature/bme280=21.43 Cel"], Sample());
    }

    [Fact]
    public void An_sht3x_gives_raw_values_with_offset_and_scale()
    {
        Chip("iio:device0", "sht3x",
            ("in_temp_raw", "26000\n"), ("in_temp_offset", "-16852.059\n"), ("in_temp_scale", "2.670329\n"),
            ("in_humidityrelative_raw", "30000\n"), ("in_humidityrelative_scale", "1.525902\n"));

        Assert.Equal(["humidity/sht3x=45.77706 %RH", "temperature/sht3x=24.42801214 Cel"], Sample());
    }

    [Fact]
    public void An_ads1115_has_channels_differences_and_a_scale_each()
    {
        Chip("iio:device0", "ads1015",
            ("in_voltage0_raw", "16000\n"), ("in_voltage0_scale", "0.125000\n"),
            ("in_voltage1_raw", "-1\n"), ("in_voltage1_scale", "0.062500\n"), ("in_voltage1_label", "tank level\n"),
            ("in_voltage0-voltage1_raw", "-32768\n"), ("in_voltage0-voltage1_scale", "0.187500\n"),
            ("in_voltage_sampling_frequency", "128\n"), ("scale_available", "3 2 1 0.5\n"), ("in_timestamp_en", "0\n"));

        Assert.Equal(["voltage/ads1015.0-1=-6.144 V", "voltage/ads1015.0=2 V", "voltage/ads1015.tank_level=-0.0000625 V"], Sample().Select(Plain).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_mpu6050_shares_a_scale_among_its_axes_and_raw_is_passed_over_for_input()
    {
        Chip("iio:device0", "mpu6050",
            ("in_accel_x_raw", "-164\n"), ("in_accel_y_raw", "0\n"), ("in_accel_z_raw", "16384\n"), ("in_accel_scale", "0.000598\n"),
            ("in_anglvel_x_raw", "100\n"), ("in_anglvel_scale", "0.001064724\n"), ("in_anglvel_x_calibbias", "0\n"),
            ("in_temp_raw", "-2000\n"), ("in_temp_offset", "12420\n"), ("in_temp_scale", "2.941176\n"),
            ("in_rot_quaternion_raw", "0 0 0 1\n"), ("in_magn_x_raw", "400\n"), ("in_magn_x_input", "0.5\n"));

        Assert.Equal(
            [
                "acceleration/mpu6050.x=-0.098072 m/s2", "acceleration/mpu6050.y=0 m/s2", "acceleration/mpu6050.z=9.797632 m/s2",
                "angular_velocity/mpu6050.x=0.1064724 rad/s", "magnetic_flux_density/mpu6050.x=0.00005 T", "temperature/mpu6050=30.64705392 Cel",
            ],
            Sample().Select(Plain));
    }

    [Fact]
    public void Two_of_one_chip_are_told_apart_by_their_address_on_the_bus()
    {
        foreach (var (id, address) in new[] { ("iio:device0", "1-0077"), ("iio:device1", "1-0076") })
        {
            _tree.Write($"sys/devices/i2c-1/{address}/{id}/name", "bme280\n");
            _tree.Write($"sys/devices/i2c-1/{address}/{id}/in_temp_input", "20000\n");
            Directory.CreateDirectory(Path.Combine(_tree.Sys, "bus", "iio", "devices"));
            Directory.CreateSymbolicLink(Path.Combine(_tree.Sys, "bus", "iio", "devices", id), $"../../../devices/i2c-1/{address}/{id}");
        }

        Assert.Equal(["temperature/bme280.1-0077=20 Cel", "temperature/bme280.1-0076=20 Cel"], Sample());
        using var one = new IioSensor(_tree.Sys, "1-0076", _log);
        Assert.Equal(["temperature/bme280.1-0076=20 Cel"], KernelTree.Sample(one));
    }

    [Fact]
    public void A_range_that_somebody_changes_counts_from_the_next_value()
    {
        Chip("iio:device0", "adc", ("in_voltage0_raw", "1000\n"), ("in_voltage_scale", "1\n"));
        using var iio = new IioSensor(_tree.Sys, null, _log);
        Assert.Equal(["voltage/adc.0=1 V"], KernelTree.Sample(iio));

        _tree.Write($"{Devices}/iio:device0/in_voltage_scale", "0.5\n");
        Assert.Equal(["voltage/adc.0=0.5 V"], KernelTree.Sample(iio));
    }

    [Fact]
    public void A_channel_that_fails_is_reported_once_and_an_unplugged_chip_comes_back()
    {
        Chip("iio:device0", "chip", ("in_temp_input", ""), ("in_pressure_input", "100\n"));
        using var iio = new IioSensor(_tree.Sys, null, _log);
        for (var i = 0; i < 3; i++) Assert.Equal(["pressure/chip=100000 Pa"], KernelTree.Sample(iio));
        Assert.Contains("in_temp_input", Assert.Single(_log.Lines), StringComparison.Ordinal);

        Directory.Delete(Path.Combine(_tree.Sys, "bus", "iio", "devices", "iio:device0"), recursive: true);
        iio.Dispose(); // as the driver does to whoever has a file open
        Assert.Throws<IOException>(() => KernelTree.Sample(iio));
        Chip("iio:device1", "chip", ("in_temp_input", "1000\n"));
        Assert.Equal(["temperature/chip=1 Cel"], KernelTree.Sample(iio));
    }

    [Theory]
    [InlineData("in_voltage0-voltage1_raw", "in_voltage0-voltage1 voltage 0-1 ")]
    [InlineData("in_concentration_co2_input", "in_concentration_co2 concentration  co2")]
    [InlineData("in_magn_x&y&z_raw", "in_magn_x&y&z magn  x&y&z")]
    [InlineData("in_temp1_object_raw", "in_temp1_object temp 1 object")]
    [InlineData("out_voltage0_raw", null), InlineData("in_temp_scale", null), InlineData("in_raw", null)]
    public void Names_of_files_are_taken_apart(string file, string? parts)
    {
        var name = IioChannelName.Parse(file);
        Assert.Equal(parts, name is null ? null : $"{name.Stem} {name.Type} {name.Index} {name.Modifier}");
    }

    private IReadOnlyList<string> Sample()
    {
        using var iio = new IioSensor(_tree.Sys, null, _log);
        return KernelTree.Sample(iio);
    }

    /// <summary>Small numbers as people write them.</summary>
    private static string Plain(string line) => line.Replace("6.25E-05", "0.0000625", StringComparison.Ordinal).Replace("5E-05", "0.00005", StringComparison.Ordinal);

    private void Chip(string id, string name, params (string File, string Text)[] files)
    {
        _tree.Write($"{Devices}/{id}/name", name + "\n");
        foreach (var (file, text) in files) _tree.Write($"{Devices}/{id}/{file}", text);
    }
}
