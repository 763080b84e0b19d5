using Iot.Configuration;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Microsoft.Extensions.Configuration;

namespace Iot.EdgeAgent.Tests.Sensors.LocalMqtt;

public class LocalMqttSettingsTests
{
    [Fact]
    public void A_broker_and_its_mappings_are_bound()
    {
        var options = Load(("Preset", "zigbee2mqtt"), ("Mappings:m:Topic", "a/{room}"), ("Mappings:m:Kind", "Boolean"), ("Retained", "true"));

        Assert.Equal((LocalMqttPreset.Zigbee2Mqtt, true, "mqtt://127.0.0.1:1883"), (options.Preset, options.Retained, options.Url));
        Assert.Equal(("a/{room}", LocalMqttKind.Boolean), (options.Mappings["m"].Topic, options.Mappings["m"].Kind));
    }

    [Theory]
    [InlineData("Url", "tcp://x", "Sensors:z:Mqtt:Url = tcp://x: must be mqtt://HOST")]
    [InlineData("Preset", "Shelly", "Allowed: None, Zigbee2Mqtt, Tasmota.")]
    [InlineData("Preset", "None", "Sensors:z:Mqtt: nothing is taken; give Preset, or a mapping")]
    [InlineData("Topics", "x", "Sensors:z:Mqtt:Topics: no such key")]
    [InlineData("CaFile", "/ca.pem", "needs TLS; write mqtts in Url")]
    [InlineData("PasswordFile", "/p", "needs a Username beside it")]
    [InlineData("BaseTopic", "zigbee/#", "must have no wildcard")]
    [InlineData("MaxNames", "0", "Sensors:z:Mqtt:MaxNames = 0: must be between 1 and 10000.")]
    [InlineData("Mappings:m:Unit", "Cel", "Sensors:z:Mqtt:Mappings:m:Topic = (nothing): must be given.")]
    [InlineData("Mappings:m:Topik", "a", "did you mean Sensors:z:Mqtt:Mappings:m:Topic?")]
    [InlineData("Mappings:m:Topic", "a/#/b", "Sensors:z:Mqtt:Mappings:m:Topic = a/#/b: has # before its end.")]
    [InlineData("Mappings:m:Kind", "Float", "Allowed: Auto, Number, Boolean, Text.")]
    public void What_cannot_be_meant_is_refused(string key, string value, string message) =>
        Assert.Contains(message, Assert.Throws<SettingsException>(() => Load(("Preset", "Tasmota"), (key, value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a/{room}", "", "{roam}/t", "Topic gives no {roam}; it gives {room}, {1}, {path}.")]
    [InlineData("a/{room}", "", "x/t", "all topics of a/{room} would give one reading; put in {room}.")]
    [InlineData("a/b", "*", "x/t", "all values of Path * would be one reading; put in {path}.")]
    public void A_name_must_tell_readings_apart(string topic, string path, string name, string message) => Assert.Contains(
        message,
        Assert.Throws<SettingsException>(() => Load(("Mappings:m:Topic", topic), ("Mappings:m:Path", path), ("Mappings:m:Name", name))).Message, StringComparison.Ordinal);

    [Fact]
    public void Kind_Mqtt_needs_something_to_take()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Sensors:z:Kind", "Mqtt")]).Build();
        Assert.Contains("Sensors:z: Kind is Mqtt, so Mqtt:Preset", Assert.Throws<SettingsException>(() => AgentSettings.Load(configuration)).Message, StringComparison.Ordinal);
    }

    private static LocalMqttOptions Load(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Sensors:z:Kind"] = "Mqtt" };
        foreach (var (key, value) in settings) values[$"Sensors:z:Mqtt:{key}"] = value;
        return AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection(values).Build()).Sensors["z"].Mqtt!;
    }
}
