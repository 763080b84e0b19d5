using Iot.Configuration;
using Iot.EdgeAgent.Commands;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;
using Microsoft.Extensions.Configuration;

namespace Iot.EdgeAgent.Tests;

public class AgentSettingsTests
{
    [Fact]
    public void Nothing_configured_is_fine()
    {
        var options = Load();

        Assert.Equal("mqtt://127.0.0.1:1883", options.Gateway.Url);
        Assert.Equal(16, options.Gateway.MaxInFlight);
        Assert.Empty(options.Sensors);
    }

    [Fact]
    public void Every_kind_of_value_is_bound()
    {
        var options = Load(
            ("Device:Id", "pump-7"), ("Gateway:Protocol", "v311"), ("Gateway:MaxBackoff", "00:00:30"), ("Outbox:MaxBytes", "2097152"),
            ("Sensors:noise:Kind", "simulated"), ("Sensors:noise:Shape", "noise"), ("Sensors:noise:Max", "0.5"), ("Sensors:noise:Interval", "00:00:01"));

        Assert.Equal("pump-7", options.Device.Id);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Gateway.MaxBackoff);
        Assert.Equal(2_097_152, options.Outbox.MaxBytes);
        var noise = Assert.Single(options.Sensors).Value;
        Assert.Equal((SensorKind.Simulated, SimulatedShape.Noise, 0.5), (noise.Kind, noise.Shape, noise.Max));
    }

    [Fact]
    public void More_sensors_than_there_are_threads_for_are_refused()
    {
        var sensors = Enumerable.Range(0, 257).Select(i => ($"Sensors:s{i}:Kind", "System")).ToArray();
        Assert.Equal(256, Load(sensors[1..]).Sensors.Count);
        var failure = Assert.Throws<SettingsException>(() => Load(sensors));
        Assert.Contains("257 are configured, at most 256 can be", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Streams_have_caps_and_a_policy_of_their_own_and_sensors_name_them()
    {
        var options = Load(
            ("Outbox:SegmentBytes", "131072"), ("Outbox:Streams:fast:MaxBytes", "2097152"), ("Outbox:Streams:fast:Policy", "thinout"),
            ("Outbox:Streams:fast:MaxAge", "1.00:00:00"), ("Sensors:x:Kind", "System"), ("Sensors:x:Stream", "Fast"));

        var fast = options.Outbox.Of(options.Outbox.Streams["fast"]);
        Assert.Equal((2_097_152, OutboxPolicy.ThinOut, TimeSpan.FromDays(1), 131_072), (fast.MaxBytes, fast.Policy, fast.MaxAge, fast.SegmentBytes));
        Assert.Equal(OutboxPolicy.KeepOldest, options.Outbox.Policy);
        Assert.Equal("Fast", options.Sensors["x"].Stream);
    }

    [Theory]
    [InlineData("Device:Id", "a/b", "Device:Id = a/b")]
    [InlineData("Gateway:Url", "http://x", "must be mqtt://HOST")]
    [InlineData("Gateway:KeepAlife", "00:00:10", "did you mean Gateway:KeepAlive?")]
    [InlineData("Gateway:MinBackoff", "00:00:59.9", null)]
    [InlineData("Gateway:MaxInFlight", "0", "Gateway:MaxInFlight = 0: must be between 1 and 1000.")]
    [InlineData("Gateway:MaxInFlight", "many", "Gateway:MaxInFlight")]
    [InlineData("Sensors:x:Intervall", "00:00:10", "did you mean Sensors:x:Interval?")]
    [InlineData("Sensors:x:Kind", "thermometer", "Allowed: System, Hwmon, Thermal, Iio,")]
    [InlineData("Sensors:x:Min", "200", "Min (200) must be below Max (100)")]
    [InlineData("Simulation:Devices", "100000", "Simulation:Devices = 100000")]
    [InlineData("Outbox:Policy", "dropAll", "Allowed: KeepOldest, DropOldest, ThinOut.")]
    [InlineData("Outbox:Streams:fast:MaxByte", "1", "did you mean Outbox:Streams:fast:MaxBytes?")]
    [InlineData("Outbox:Streams:fast:MaxAge", "00:00:01", "Outbox:Streams:fast:MaxAge = 00:00:01: must be between 00:01:00")]
    [InlineData("Outbox:Streams:a/b:Policy", "DropOldest", "Outbox:Streams:a/b: a stream is named by")]
    [InlineData("Sensors:x:Stream", "fast", "Sensors:x:Stream = fast: there is no Outbox:Streams:fast; add it")]
    [InlineData("Batching:MaxAge", "02:00:00", "Batching:MaxAge = 02:00:00")]
    public void What_cannot_be_meant_is_refused_with_key_value_and_what_is_allowed(string key, string value, string? message)
    {
        if (message is null)
        {
            Load((key, value));
            return;
        }

        var refused = Assert.Throws<SettingsException>(() => Load((key, value)));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_on_the_command_line_are_told_from_commands()
    {
        var parted = SettingArguments.TryParse(["sensors", "--Device:Id", "x", "test", "--A:B=c", "--json", "cpu"], out _)!;

        Assert.Equal(["sensors", "test", "--json", "cpu"], parted.Commands);
        Assert.Equal(["--Device:Id", "x", "--A:B=c"], parted.Settings);
        Assert.Null(SettingArguments.TryParse(["--Device:Id"], out var whyNot));
        Assert.Contains("--Device:Id", whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pi-4", "pi-4"), InlineData("Büro PC", "B-ro-PC"), InlineData("_x", "device_x"), InlineData("", "device")]
    public void The_hosts_name_becomes_a_device_id(string host, string id) => Assert.Equal(id, Fleet.Sanitised(host));

    private static AgentOptions Load(params (string Key, string Value)[] settings)
    {
        var values = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        if (values.Keys.Any(key => key.StartsWith("Sensors:x", StringComparison.Ordinal))) values.TryAdd("Sensors:x:Kind", "System");
        return AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
