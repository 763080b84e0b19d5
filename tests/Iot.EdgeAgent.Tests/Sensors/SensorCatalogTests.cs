using Iot.Configuration;
using Iot.EdgeAgent.Sensors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Tests.Sensors;

public sealed class SensorCatalogTests : IDisposable
{
    private readonly KernelTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void With_nothing_configured_all_that_is_found_is_sampled_and_each_iio_device_by_itself()
    {
        Populate();
        var groups = Catalog().OfThisMachine(new Dictionary<string, SensorOptions>());

        Assert.Equal(["system", "hwmon", "thermal", "bme280", "mpu6050", "onewire"], groups.Select(group => group.Name));
        Assert.Equal(["temperature/bme280=21 Cel"], KernelTree.Sample(groups[3].Sensors[0]));
        Assert.All(groups, group => Assert.True(group.MayBlock));
    }

    [Fact]
    public void What_there_is_is_listed_with_entries_that_can_be_used_as_they_stand()
    {
        Populate();
        _tree.Write("sys/bus/i2c/devices/i2c-1/name", "bcm2835 (i2c@7e804000)\n");
        Directory.CreateDirectory(Path.Combine(_tree.Sys, "class", "tty", "ttyUSB0", "device", "driver"));
        var found = new Discovery(_tree.Sys, "/nowhere").All().ToList();

        Assert.Equal(["Hwmon chip", "Thermal cpu", "Iio bme280", "Iio mpu6050", "OneWire 28-1"], found.Where(finding => finding.Entry is not null).Select(finding => $"{finding.Kind} {finding.What}"));
        Assert.Contains(found, finding => finding.What.StartsWith("/dev/ttyUSB0", StringComparison.Ordinal));
        Assert.Contains(found, finding => finding.What.StartsWith("i2c-1, bcm2835", StringComparison.Ordinal));

        var json = $$"""{ "Sensors": { {{string.Join(", ", found.Select(finding => finding.Entry).OfType<string>())}} } }""";
        var options = AgentSettings.Load(new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build());
        Assert.Equal(["bme280", "hwmon", "mpu6050", "onewire", "thermal"], options.Sensors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kind_is_made_of_its_settings()
    {
        Dictionary<string, SensorOptions> configured = new()
        {
            ["door"] = new() { Kind = SensorKind.Gpio, Gpio = new() { Line = "17" }, Deadband = 0 },
            ["meter"] = new() { Kind = SensorKind.Pulses, Gpio = new() { Line = "27" } },
            ["program"] = new() { Kind = SensorKind.Exec, Exec = new() { Program = "true" }, Timeout = TimeSpan.FromSeconds(3) },
            ["stream"] = new() { Kind = SensorKind.Exec, Exec = new() { Program = "true", Mode = Iot.EdgeAgent.Sensors.Exec.ExecMode.Stream } },
        };
        var groups = Catalog().OfThisMachine(configured);

        Assert.Equal(["GpioInputSensor", "PulseCounterSensor", "ExecOnceSensor", "ExecStreamSensor"], groups.Select(group => group.Sensors[0].GetType().Name));
        Assert.True(groups[2].Timeout > TimeSpan.FromSeconds(3)); // the program is killed before its group is said to hang
        Assert.Same(configured["door"], groups[0].Shaping);
        Assert.Null(groups[1].Shaping);
        Assert.Contains("gpiochip0", Assert.ThrowsAny<IOException>(() => KernelTree.Sample(groups[0].Sensors[0])).Message, StringComparison.Ordinal); // there is no chip in this tree
    }

    [Theory]
    [InlineData("Exec", "Exec:Program", null, "Sensors:x:Exec:Program = (nothing): must be given.")]
    [InlineData("Exec", "Exec:Program", "ls -l", "there is no such file. Arguments stand in Arguments")]
    [InlineData("Exec", "Exec:Mode", "always", "Allowed: Once, Stream.")]
    [InlineData("Gpio", "Gpio:Lien", "17", "did you mean Sensors:x:Gpio:Line?")]
    [InlineData("Gpio", "Gpio:Chip", "/dev/gpiochip0", "must be gpiochip and a number")]
    [InlineData("Pulses", "Pulses:PerUnit", "0", "PerUnit (0) must be more than 0.")]
    [InlineData("System", "Exec:Program", "ls", "Sensors:x:Exec: these keys are of Kind = Exec, and Sensors:x:Kind is System")]
    [InlineData("System", "Window", "00:00:05", "Window (00:00:05) must be no shorter than Interval (00:00:10).")]
    [InlineData("System", "Aggregates:0", "Max", "Aggregates are of a Window")]
    [InlineData("System", "Aggregates:0", "Median", "Allowed: Mean, Min, Max, Last, Count.")]
    [InlineData("System", "Deadband", "-1", "Deadband (-1) must be 0 or more.")]
    [InlineData("System", "Scale", "0", "Scale (0)")]
    public void Settings_that_cannot_be_meant_are_refused(string kind, string key, string? value, string message)
    {
        var settings = new Dictionary<string, string?> { ["Sensors:x:Kind"] = kind, [$"Sensors:x:{key}"] = value };
        var refused = Assert.Throws<SettingsException>(() => AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_maps_are_read_from_json()
    {
        const string Json = """
            { "Sensors": { "x": {
              "Kind": "Exec", "Include": ["a/*"], "Rename": { "a/b": "c/d" }, "Window": "00:01:00", "Aggregates": ["Min", "max"],
              "Exec": { "Program": "sh", "Arguments": ["-c", "echo a b=1"], "Environment": { "STATION": "roof" } } } } }
            """;
        var sensor = AgentSettings.Load(new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Json))).Build()).Sensors["x"];

        Assert.Equal(["a/*"], sensor.Include);
        Assert.Equal("c/d", sensor.Rename["a/b"]);
        Assert.Equal([Iot.EdgeAgent.Sensors.Shaping.Aggregate.Min, Iot.EdgeAgent.Sensors.Shaping.Aggregate.Max], sensor.Aggregates);
        Assert.Equal(["-c", "echo a b=1"], sensor.Exec!.Arguments);
        Assert.Equal("roof", sensor.Exec.Environment["STATION"]);
    }

    private SensorCatalog Catalog() =>
        new(NullLogger<SensorCatalog>.Instance, TimeProvider.System, Path.Combine(_tree.Sys, ".."), _tree.Proc, _tree.Sys, Path.Combine(_tree.Sys, "..", "dev"));

    private void Populate()
    {
        _tree.Write("sys/class/hwmon/hwmon0/name", "chip\n");
        _tree.Write("sys/class/hwmon/hwmon0/temp1_input", "20000\n");
        _tree.Write("sys/class/thermal/thermal_zone0/type", "cpu\n");
        _tree.Write("sys/class/thermal/thermal_zone0/temp", "40000\n");
        _tree.Write("sys/bus/iio/devices/iio:device0/name", "bme280\n");
        _tree.Write("sys/bus/iio/devices/iio:device0/in_temp_input", "21000\n");
        _tree.Write("sys/bus/iio/devices/iio:device1/name", "mpu6050\n");
        _tree.Write("sys/bus/iio/devices/iio:device1/in_accel_x_raw", "1\n");
        _tree.Write("sys/bus/w1/devices/28-1/temperature", "22000\n");
    }
}
