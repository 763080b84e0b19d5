using System.Diagnostics.CodeAnalysis;
using Iot.Configuration;
using Iot.EdgeAgent.Sensors.Exec;
using Iot.EdgeAgent.Sensors.Gpio;
using Iot.EdgeAgent.Sensors.Iio;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Iot.EdgeAgent.Sensors.Modbus;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Which keys sensors take, and which values: those that every kind has, and a section of their own for some kinds.</summary>
/// <remarks>
/// A kind's own keys lie in <c>Sensors:NAME:KIND</c>: a record with <c>Section = "Sensors:NAME:KIND"</c>, a property of that type (null when
/// the section is absent) in <see cref="SensorOptions"/>, a line in each of the two methods here.
/// </remarks>
internal static class SensorSettings
{
    /// <summary>Each has a thread of its own.</summary>
    public const int Most = 256;

    public static KnownKeys Sensors(this KnownKeys keys) => keys
        .Section<SensorOptions>($"{SensorOptions.Section}:*")
        .Section<IioOptions>(OfAny(IioOptions.Section))
        .Section<GpioOptions>(OfAny(GpioOptions.Section))
        .Section<PulsesOptions>(OfAny(PulsesOptions.Section))
        .Section<ExecOptions>(OfAny(ExecOptions.Section))
        .Section<ModbusOptions>(OfAny(ModbusOptions.Section))
        .Section<ModbusRegisterOptions>(OfAny(ModbusRegisterOptions.Section).Replace("REGISTER", "*", StringComparison.Ordinal))
        .Section<LocalMqttOptions>(OfAny(LocalMqttOptions.Section))
        .Section<LocalMqttMappingOptions>(OfAny(LocalMqttMappingOptions.Section).Replace("MAPPING", "*", StringComparison.Ordinal));

    public static IEnumerable<string> TooMany(int sensors) => sensors <= Most
        ? []
        : [$"{SensorOptions.Section}: {sensors} are configured, at most {Most} can be. Let one entry read several values (Modbus registers, MQTT mappings, one program), or use a second device."];

    /// <summary>One sentence for each value that cannot be.</summary>
    public static IEnumerable<string> Problems(string name, SensorOptions options) =>
    [
        .. Broken($"{SensorOptions.Section}:{name}", options),
        .. OfKind(IioOptions.Section, name, options, options.Iio, SensorKind.Iio),
        .. OfKind(GpioOptions.Section, name, options, options.Gpio, SensorKind.Gpio, SensorKind.Pulses),
        .. OfKind(PulsesOptions.Section, name, options, options.Pulses, SensorKind.Pulses),
        .. OfKind(ExecOptions.Section, name, options, options.Exec, SensorKind.Exec),
        .. OfKind(ModbusOptions.Section, name, options, options.Modbus, SensorKind.Modbus),
        .. OfKind(LocalMqttOptions.Section, name, options, options.Mqtt, SensorKind.Mqtt),
    ];

    private static string OfAny(string section) => section.Replace("NAME", "*", StringComparison.Ordinal);

    /// <summary>The section of one kind: checked for that kind, absent (null) or refused for the others.</summary>
    /// <param name="section">With <c>NAME</c> for the sensor's name.</param>
    private static IEnumerable<string> OfKind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        string section, string name, SensorOptions options, T? ofKind, params ReadOnlySpan<SensorKind> kinds) where T : class, new()
    {
        var path = section.Replace("NAME", name, StringComparison.Ordinal);
        if (options.Kind is { } kind && kinds.Contains(kind)) return Broken(path, ofKind ?? new());

        return ofKind is null ? [] : [$"{path}: these keys are of Kind = {kinds[0]}, and {SensorOptions.Section}:{name}:Kind is {options.Kind}; remove them, or correct Kind."];
    }

    private static IEnumerable<string> Broken<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string section, T options)
        where T : class => new SettingsValidator<T>(section).Validate(name: null, options).Failures ?? [];
}
