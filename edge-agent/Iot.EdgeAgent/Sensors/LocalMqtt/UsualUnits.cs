namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Units of the SenML registry by the names that Zigbee2MQTT and Tasmota give their values.</summary>
internal static class UsualUnits
{
    private static readonly Dictionary<string, string> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["temperature"] = Units.Celsius, ["device_temperature"] = Units.Celsius, ["local_temperature"] = Units.Celsius,
        ["soil_temperature"] = Units.Celsius, ["dewpoint"] = Units.Celsius, ["humidity"] = Units.RelativeHumidity, ["pressure"] = "hPa",
        ["battery"] = "%EL", ["power"] = Units.Watt, ["apparentpower"] = "VA", ["reactivepower"] = "var", ["factor"] = Units.Ratio, ["power_factor"] = Units.Ratio,
        ["voltage"] = Units.Volt, ["vcc"] = Units.Volt, ["current"] = Units.Ampere, ["energy"] = "kWh", ["produced_energy"] = "kWh", ["total"] = "kWh", ["today"] = "kWh", ["yesterday"] = "kWh",
        ["frequency"] = "Hz", ["ac_frequency"] = "Hz", ["illuminance"] = "lx", ["illuminance_lux"] = "lx", ["co2"] = "ppm", ["eco2"] = "ppm", ["carbondioxide"] = "ppm",
        ["pm1"] = "ug/m3", ["pm2.5"] = "ug/m3", ["pm25"] = "ug/m3", ["pm10"] = "ug/m3", ["formaldehyd"] = "ug/m3",
        ["soil_moisture"] = "/100", ["position"] = "/100", ["signal"] = "dBm", ["uptimesec"] = Units.Seconds, ["distance"] = "m", ["noise"] = "dB",
    };

    /// <param name="path">Its last step counts: <c>BME280.Temperature</c>.</param>
    public static string Of(string path) =>
        ByName.GetValueOrDefault(path) ?? ByName.GetValueOrDefault(path[(path.LastIndexOf('.') + 1)..]) ?? "";
}
