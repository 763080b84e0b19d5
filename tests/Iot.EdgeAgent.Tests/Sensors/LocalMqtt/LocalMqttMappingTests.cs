using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Iot.EdgeAgent.Sensors.LocalMqtt;

namespace Iot.EdgeAgent.Tests.Sensors.LocalMqtt;

/// <summary>Payloads as real devices send them.</summary>
public class LocalMqttMappingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_climate_sensor_of_Zigbee2MQTT() => Assert.Equal(
        "kitchen/battery=100 %EL; kitchen/humidity=41.52 %RH; kitchen/linkquality=126; kitchen/pressure=992.3 hPa; kitchen/temperature=23.04 Cel; kitchen/voltage=3005 mV; ",
        Preset(LocalMqttPreset.Zigbee2Mqtt, "zigbee2mqtt/kitchen",
            """{"battery":100,"humidity":41.52,"last_seen":"2026-03-01T12:00:00Z","linkquality":126,"pressure":992.3,"temperature":23.04,"voltage":3005}"""));

    [Fact]
    public void A_plug_of_Zigbee2MQTT_has_volts_and_a_switch() => Assert.Equal(
        "plug/child_lock=false; plug/current=0.09 A; plug/energy=2.56 kWh; plug/power=13 W; plug/state=true; plug/voltage=234 V; ",
        Preset(LocalMqttPreset.Zigbee2Mqtt, "zigbee2mqtt/plug",
            """{"child_lock":"UNLOCK","current":0.09,"energy":2.56,"power":13,"power_outage_memory":"restore","state":"ON","update":{"installed_version":192,"state":"idle"},"update_available":null,"voltage":234}"""));

    [Fact]
    public void A_door_of_Zigbee2MQTT() => Assert.Equal(
        "door/contact=false; door/battery_low=false; ", Preset(LocalMqttPreset.Zigbee2Mqtt, "zigbee2mqtt/door", """{"contact":false,"battery_low":false}"""));

    [Fact]
    public void A_weather_sensor_of_Tasmota_in_its_own_units()
    {
        Assert.Equal(
            "roof/BME280.Temperature=21.3 Cel; roof/BME280.Humidity=48.2 %RH; roof/BME280.DewPoint=9.9 Cel; roof/BME280.Pressure=1003.5 hPa; ",
            Preset(LocalMqttPreset.Tasmota, "tele/roof/SENSOR", """{"Time":"2026-03-01T12:00:00","BME280":{"Temperature":21.3,"Humidity":48.2,"DewPoint":9.9,"Pressure":1003.5},"PressureUnit":"hPa","TempUnit":"C"}"""));
        Assert.Equal(
            "roof/AM2301.Temperature=70.3 degF; ",
            Preset(LocalMqttPreset.Tasmota, "tele/roof/SENSOR", """{"Time":"2026-03-01T12:00:00","AM2301":{"Temperature":70.3},"TempUnit":"F"}"""));
    }

    [Fact]
    public void A_meter_and_a_switch_of_Tasmota()
    {
        Assert.Equal(
            "plug/ENERGY.Total=3.185 kWh; plug/ENERGY.Power=77 W; plug/ENERGY.Factor=0.69 /; plug/ENERGY.Voltage=230 V; plug/ENERGY.Current=0.483 A; ",
            Preset(LocalMqttPreset.Tasmota, "tele/plug/SENSOR", """{"Time":"2026-03-01T12:00:00","ENERGY":{"TotalStartTime":"2025-01-01T00:00:00","Total":3.185,"Power":77,"Factor":0.69,"Voltage":230,"Current":0.483}}"""));
        Assert.Equal("plug/POWER=true; ", Preset(LocalMqttPreset.Tasmota, "stat/plug/POWER", "ON"));
        Assert.Equal(
            "plug/UptimeSec=180 s; plug/POWER=false; plug/Wifi.RSSI=82; plug/Wifi.Signal=-59 dBm; ",
            Preset(LocalMqttPreset.Tasmota, "tele/plug/STATE", """{"Time":"2026-03-01T12:00:00","Uptime":"0T00:03:00","UptimeSec":180,"Heap":25,"POWER":"OFF","Wifi":{"AP":1,"RSSI":82,"Signal":-59}}"""));
    }

    [Theory]
    [InlineData("room/{name}/temperature", "", null, "21.5", "hall/m=21.5 Cel; ")]
    [InlineData("room/{name}/temperature", "", "{name}/t", "\"21.5\"", "hall/t=21.5 Cel; ")]
    [InlineData("room/+/temperature", "values[1].v", "{1}/{path}", """{"values":[{"v":1},{"v":2}]}""", "hall/values.1.v=2; ")]
    [InlineData("room/+/temperature", "values.0.power", null, """{"values":[{"power":"12.5"}]}""", "hall/m=12.5 W; ")]
    [InlineData("room/+/temperature", "a.*", null, """{"a":{"b":1,"c":{"d":[2,3]}},"e":4}""", "hall/b=1; hall/c.d.0=2; hall/c.d.1=3; ")]
    [InlineData("room/+/temperature", "absent", null, """{"a":1}""", "")]
    [InlineData("room/hall/temperature", "", null, "open", "sensor/m=true; ")]
    [InlineData("room/hall/humidity", "", null, "41", "")]
    [InlineData("#", "", null, "41", "room.hall.temperature/m=41 Cel; ")]
    public void Any_topic_and_payload_by_mapping(string topic, string path, string? name, string payload, string readings) =>
        Assert.Equal(readings, Read(new("sensor", "m", new() { Topic = topic, Path = path, Name = name }), "room/hall/temperature", payload));

    [Theory]
    [InlineData(LocalMqttKind.Number, "ON", "1"), InlineData(LocalMqttKind.Number, "7.5e2", "750"), InlineData(LocalMqttKind.Number, "warm", null)]
    [InlineData(LocalMqttKind.Boolean, "0", "false"), InlineData(LocalMqttKind.Boolean, "Online", "true"), InlineData(LocalMqttKind.Boolean, "7", "true")]
    [InlineData(LocalMqttKind.Text, "warm", "warm"), InlineData(LocalMqttKind.Text, "7", "7"), InlineData(LocalMqttKind.Text, "true", "true"), InlineData(LocalMqttKind.Text, "", null)]
    [InlineData(LocalMqttKind.Auto, "warm", null), InlineData(LocalMqttKind.Auto, "OFF", "false"), InlineData(LocalMqttKind.Auto, "NaN", null)]
    public void Kinds(object kind, string payload, string? value) => Assert.Equal(
        value is null ? "" : $"s/m={value}; ", Read(new("s", "m", new() { Topic = "t", Kind = (LocalMqttKind)kind }), "t", payload));

    [Fact]
    public void Numbers_are_scaled_and_have_a_unit_switches_not()
    {
        var mapping = new LocalMqttMapping("s", "m", new() { Topic = "t", Path = "*", Scale = 0.1, Offset = 1, Unit = "V" });
        Assert.Equal("s/a=3.3 V; s/b=true; ", Read(mapping, "t", """{"a":23,"b":true}"""));
    }

    [Theory]
    [InlineData("\"2026-03-01T11:59:30Z\"", 30), InlineData("\"2026-03-01T12:59:00+01:00\"", 60), InlineData("1772366370", 30), InlineData("1772366370500", 29.5)]
    [InlineData("\"2026-03-01T11:59:30\"", 0), InlineData("\"2026-03-01T13:00:00Z\"", 0), InlineData("\"2026-02-01T11:59:30Z\"", 0), InlineData("\"soon\"", 0), InlineData("-1", 0), InlineData("1e300", 0), InlineData("null", 0)]
    public void A_payload_may_say_when_it_was_within_reason(string time, double age)
    {
        var mapping = new LocalMqttMapping("s", "m", new() { Topic = "t", Path = "v", Time = "at" });
        Assert.Equal(TimeSpan.FromSeconds(age), Assert.Single(mapping.Read("t", Encoding.UTF8.GetBytes($$"""{"v":1,"at":{{time}}}"""), Now)).Age);
    }

    [Fact]
    public void A_payload_is_bounded_in_depth_and_values()
    {
        var mapping = new LocalMqttMapping("s", "m", new() { Topic = "t", Path = "*" });
        Assert.ThrowsAny<JsonException>(() => Read(mapping, "t", new string('[', 100) + new string(']', 100)));
        Assert.Equal(500, mapping.Read("t", Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(1, 5000))}]"), Now).Count);
    }

    [Fact]
    public void Any_bytes_are_readings_or_told_to_be_no_JSON()
    {
        LocalMqttMapping[] mappings = [.. new[] { "", "*", "a.0", "a.*" }.Select(path => new LocalMqttMapping("s", "m", new() { Topic = "t", Path = path, Time = "t" }))];
        string[] parts = ["{", "}", "[", "]", ":", ",", "\"a\"", "\"t\"", "1", "-1e99999", "true", "null", "\"\\ud800\"", " "];
        var json = Gen.Int[0, parts.Length - 1].Array[0, 12].Select(chosen => Encoding.UTF8.GetBytes(string.Concat(chosen.Select(part => parts[part]))));
        Gen.OneOf(Gen.Byte.Array[0, 50], json).Sample(payload =>
        {
            foreach (var mapping in mappings)
            {
                try
                {
                    foreach (var reading in mapping.Read("t", payload, Now)) Assert.True(double.IsFinite(reading.Value.Number));
                }
                catch (Exception e) when (e is JsonException or InvalidOperationException)
                {
                    // told
                }
            }
        });
    }

    private static string Preset(LocalMqttPreset preset, string topic, string payload) => string.Concat(
        LocalMqttPresets.Of("sensor", new() { Preset = preset }).Select(mapping => Read(mapping, topic, payload)));

    private static string Read(LocalMqttMapping mapping, string topic, string payload) => string.Concat(
        mapping.Read(topic, Encoding.UTF8.GetBytes(payload), Now).Select(reading => $"{reading.Name}={Value(reading.Value)} {reading.Unit}".TrimEnd() + "; "));

    private static string Value(PayloadValue value) =>
        value.Text ?? (value.IsSwitch ? value.Number is 0 ? "false" : "true" : value.Number.ToString(CultureInfo.InvariantCulture));
}
