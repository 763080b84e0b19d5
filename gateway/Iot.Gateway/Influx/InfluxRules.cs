using Iot.Configuration;

namespace Iot.Gateway.Influx;

/// <summary>Checks the attributes of a section inside <see cref="InfluxOptions"/>, which the outer validator does not enter.</summary>
internal static class InfluxRules
{
    public static IEnumerable<string> Broken<T>(string section, T options) where T : class
    {
        var result = new SettingsValidator<T>(section).Validate(null, options);
        return result.Failed ? result.Failures : [];
    }
}
