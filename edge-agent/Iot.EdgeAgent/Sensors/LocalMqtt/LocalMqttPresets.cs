namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Mappings for the two that stand in most cupboards.</summary>
internal static class LocalMqttPresets
{
    public static IEnumerable<LocalMqttMapping> Of(string sensor, LocalMqttOptions options) => options.Preset switch
    {
        LocalMqttPreset.Zigbee2Mqtt => Zigbee2Mqtt(sensor, options.BaseTopic),
        LocalMqttPreset.Tasmota => Tasmota(sensor),
        _ => [],
    };

    /// <summary>Its volts: of a battery they are millivolts.</summary>
    private static IEnumerable<LocalMqttMapping> Zigbee2Mqtt(string sensor, string baseTopic)
    {
        yield return new(sensor, "zigbee2mqtt", new() { Topic = baseTopic + "/{device}", Path = "*" })
        {
            Ignored = ["update", "device", "last_seen", "elapsed"],
            UnitOf = (path, payload) => path is "voltage" && payload.TryGetProperty("battery", out _) ? "mV" : UsualUnits.Of(path),
        };
    }

    /// <summary>It says itself which unit temperatures and pressures have.</summary>
    private static IEnumerable<LocalMqttMapping> Tasmota(string sensor)
    {
        string[] ignored = ["Time", "TempUnit", "PressureUnit", "SpeedUnit", "Uptime", "SleepMode", "Sleep", "LoadAvg", "Heap", "MqttCount", "Wifi.AP", "Wifi.Channel", "Wifi.LinkCount", "Berry"];
        foreach (var topic in (string[])["tele/{device}/SENSOR", "tele/{device}/STATE"])
            yield return new(sensor, "tasmota", new() { Topic = topic, Path = "*" }) { Ignored = ignored, UnitOf = TasmotaUnit };

        yield return new(sensor, "POWER", new() { Topic = "stat/{device}/POWER" });
    }

    private static string TasmotaUnit(string path, System.Text.Json.JsonElement payload)
    {
        var usual = UsualUnits.Of(path);
        var own = usual is Units.Celsius ? "TempUnit" : usual is "hPa" ? "PressureUnit" : "";
        if (!payload.TryGetProperty(own, out var said) || said.ValueKind != System.Text.Json.JsonValueKind.String) return usual;

        return said.GetString() switch
        {
            "C" => Units.Celsius,
            "F" => "degF",
            var other => other ?? usual,
        };
    }
}
