namespace Iot.EdgeAgent.Sensors.Iio;

/// <summary>What a type of IIO channel measures, and how the kernel's unit becomes one of ours: Documentation/ABI/testing/sysfs-bus-iio.</summary>
/// <param name="Scale">Times this the kernel's value, (raw + offset) × scale or input, is in <paramref name="Unit"/>.</param>
internal sealed record IioQuantity(string Measurement, string Unit, double Scale)
{
    private static readonly Dictionary<string, IioQuantity> ByType = new(StringComparer.Ordinal)
    {
        ["temp"] = new("temperature", Units.Celsius, 1e-3),
        ["humidityrelative"] = new("humidity", Units.RelativeHumidity, 1e-3),
        ["pressure"] = new("pressure", "Pa", 1e3),
        ["voltage"] = new("voltage", Units.Volt, 1e-3),
        ["altvoltage"] = new("voltage", Units.Volt, 1e-3),
        ["current"] = new("current", Units.Ampere, 1e-3),
        ["power"] = new("power", Units.Watt, 1e-3),
        ["energy"] = new("energy", Units.Joule, 1),
        ["resistance"] = new("resistance", "Ohm", 1),
        ["capacitance"] = new("capacitance", "F", 1e-9),
        ["accel"] = new("acceleration", "m/s2", 1),
        ["gravity"] = new("gravity", "m/s2", 1),
        ["anglvel"] = new("angular_velocity", "rad/s", 1),
        ["deltaangl"] = new("angle_change", "rad", 1),
        ["deltavelocity"] = new("velocity_change", "m/s", 1),
        ["velocity"] = new("velocity", "m/s", 1),
        ["angl"] = new("angle", "rad", 1),
        ["phase"] = new("phase", "rad", 1),
        ["incli"] = new("inclination", "deg", 1),
        ["rot"] = new("rotation", "deg", 1),
        ["magn"] = new("magnetic_flux_density", "T", 1e-4), // from gauss
        ["illuminance"] = new("illuminance", "lx", 1),
        ["intensity"] = new("light_intensity", "", 1),
        ["uvindex"] = new("uv_index", "", 1),
        ["colortemp"] = new("colour_temperature", "K", 1),
        ["proximity"] = new("proximity", "", 1), // mostly a reflected brightness: nearer is more
        ["distance"] = new("distance", "m", 1),
        ["positionrelative"] = new("position", Units.Ratio, 1e-5), // from thousandths of a percent
        ["ph"] = new("ph", "pH", 1),
        ["electricalconductivity"] = new("conductivity", "S/m", 1),
        ["concentration"] = new("concentration", "ppm", 1e4), // from percent: people know CO2 in ppm
        ["massconcentration"] = new("mass_concentration", "ug/m3", 1),
        ["count"] = new("count", Units.Count, 1),
        ["index"] = new("index", Units.Count, 1),
        ["steps"] = new("steps", Units.Count, 1),
        ["activity"] = new("activity", Units.Ratio, 1e-2),
    };

    /// <summary>Null for what is no measurement (<c>timestamp</c>), or is newer than this table.</summary>
    public static IioQuantity? Of(string type) => ByType.GetValueOrDefault(type);
}
