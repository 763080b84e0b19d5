using System.Diagnostics.CodeAnalysis;
using Iot.Configuration;
using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Configuring;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Exec;
using Iot.EdgeAgent.Sensors.Gpio;
using Iot.EdgeAgent.Sensors.LocalMqtt;
using Iot.EdgeAgent.Sensors.Modbus;
using Iot.EdgeAgent.Sensors.Shaping;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.EdgeAgent.Updating;
using Iot.Wire;

namespace Iot.EdgeAgent;

/// <summary>Reads the options from their sources and refuses what cannot be meant.</summary>
internal static class AgentSettings
{
    /// <summary>Where its settings files are: what systemd says, which is the default, too.</summary>
    public static string SystemDirectory => Environment.GetEnvironmentVariable("CONFIGURATION_DIRECTORY") is { Length: > 0 } directory ? directory : "/etc/iot-edge-agent";

    /// <summary>All of ours, and how much is logged.</summary>
    public static IEnumerable<string> Sections => Keys().Roots.Append("Logging");

    /// <summary>Later sources win: appsettings.json beside the program, /etc/iot-edge-agent/*.json by name, environment, command line.</summary>
    /// <param name="arguments"><c>--Section:Key value</c> pairs.</param>
    /// <exception cref="SettingsException">A file cannot be read.</exception>
    public static IConfigurationRoot Sources(string[] arguments)
    {
        var directory = Environment.GetEnvironmentVariable("CONFIGURATION_DIRECTORY") ?? SystemDirectory; // systemd's word for it
        return Sources(arguments, Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "*.json") : []);
    }

    /// <param name="files">Of one directory.</param>
    /// <param name="fresh">Of the file that is to be written there: it counts instead of what stands in it now.</param>
    /// <inheritdoc cref="Sources(string[])"/>
    public static IConfigurationRoot Sources(string[] arguments, IEnumerable<string> files, (string File, byte[] Content)? fresh = null)
    {
        var builder = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        IEnumerable<string> written = fresh is { File: var path } ? [path] : [];
        foreach (var file in files.Union(written, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (written.Contains(file, StringComparer.Ordinal)) builder.AddJsonStream(new MemoryStream(fresh!.Value.Content));
            else builder.AddJsonFile(Path.GetFullPath(file));
        }

        try
        {
            return builder.AddEnvironmentVariables().AddCommandLine(arguments).Build();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SettingsException([$"{e.Message} {e.InnerException?.Message} Correct the file or its permissions."]);
        }
    }

    /// <summary>Below all other sources: who this device is and where it publishes, as the gateway said at enrollment.</summary>
    /// <exception cref="SettingsException">Another device is configured than was enrolled.</exception>
    public static IConfigurationRoot Enrolled(IConfigurationRoot configuration, DeviceIdentity identity) => Enrolled(configuration, identity.Device, identity.MqttUrl);

    /// <inheritdoc cref="Enrolled(IConfigurationRoot, DeviceIdentity)"/>
    public static IConfigurationRoot Enrolled(IConfigurationRoot configuration, DeviceId device, string mqttUrl)
    {
        var (id, url) = ($"{DeviceOptions.Section}:{nameof(DeviceOptions.Id)}", $"{GatewayOptions.Section}:{nameof(GatewayOptions.Url)}");
        if (configuration[id] is { } configured && !configured.Equals(device.Value, StringComparison.Ordinal))
        {
            throw new SettingsException([$"{id} = {configured}: this machine was enrolled as {device}. Remove the key, " +
                $"or enroll as {configured}: delete identity.json in the data directory, then iot-gateway devices token {configured} and iot-edge-agent enroll."]);
        }

        return new ConfigurationBuilder()
            .AddInMemoryCollection([new(id, device.Value), new(url, mqttUrl)])
            .AddConfiguration(configuration)
            .Build();
    }

    /// <exception cref="SettingsException">Names every key that is unknown and every value that cannot be.</exception>
    public static AgentOptions Load(IConfiguration configuration)
    {
        var options = Bind(configuration);
        List<string> problems =
        [
            .. Known(configuration),
            .. Broken(DeviceOptions.Section, options.Device),
            .. Broken(GatewayOptions.Section, options.Gateway),
            .. Broken(BatchingOptions.Section, options.Batching),
            .. Broken(OutboxOptions.Section, options.Outbox),
            .. Broken(TimeOptions.Section, options.Time),
            .. options.Outbox.Streams.SelectMany(stream => Broken($"{StreamOptions.Section}:{stream.Key}", stream.Value)),
            .. StreamNames.Problems(options),
            .. Broken(SimulationOptions.Section, options.Simulation),
            .. Broken(UpdateOptions.Section, options.Update),
            .. Broken(RemoteOptions.Section, options.Remote),
            .. SensorSettings.TooMany(options.Sensors.Count),
            .. options.Sensors.SelectMany(sensor => SensorSettings.Problems(sensor.Key, sensor.Value)),
            .. ModbusProblems(options.Sensors),
            .. options.Sensors.Where(sensor => sensor.Value.Mqtt is not null).SelectMany(sensor => MqttProblems($"{SensorOptions.Section}:{sensor.Key}:Mqtt", sensor.Value.Mqtt!)),
        ];
        return problems.Count == 0 ? options with { Settings = EffectiveSettings.Flat(configuration) } : throw new SettingsException([.. problems.Select(problem => SettingOrigin.Name(configuration, problem))]);
    }

    private static IEnumerable<string> ModbusProblems(IReadOnlyDictionary<string, SensorOptions> sensors)
    {
        var slaves = sensors.Where(sensor => sensor.Value.Modbus is not null)
            .Select(sensor => (Section: $"{SensorOptions.Section}:{sensor.Key}:Modbus", Options: sensor.Value.Modbus!)).ToList();
        return slaves
            .SelectMany(slave => ModbusRules.Broken(slave.Section, slave.Options))
            .Concat(slaves.SelectMany(slave => slave.Options.Registers.SelectMany(register => Broken($"{slave.Section}:Registers:{register.Key}", register.Value))))
            .Concat(ModbusRules.BrokenTogether(slaves));
    }

    private static IEnumerable<string> MqttProblems(string section, LocalMqttOptions options) => LocalMqttRules.Broken(section, options)
        .Concat(options.Mappings.SelectMany(mapping => Broken($"{section}:Mappings:{mapping.Key}", mapping.Value)));

    private static AgentOptions Bind(IConfiguration configuration)
    {
        try
        {
            return new(
                configuration.GetSection(DeviceOptions.Section).Get<DeviceOptions>() ?? new(),
                configuration.GetSection(DataOptions.Section).Get<DataOptions>() ?? new(),
                configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new(),
                configuration.GetSection(BatchingOptions.Section).Get<BatchingOptions>() ?? new(),
                configuration.GetSection(OutboxOptions.Section).Get<OutboxOptions>() ?? new(),
                configuration.GetSection(TimeOptions.Section).Get<TimeOptions>() ?? new(),
                configuration.GetSection(SimulationOptions.Section).Get<SimulationOptions>() ?? new(),
                configuration.GetSection(UpdateOptions.Section).Get<UpdateOptions>() ?? new(),
                configuration.GetSection(RemoteOptions.Section).Get<RemoteOptions>() ?? new(),
                configuration.GetSection(SensorOptions.Section).GetChildren()
                    .ToDictionary(sensor => sensor.Key, sensor => sensor.Get<SensorOptions>() ?? new(), StringComparer.OrdinalIgnoreCase));
        }
        catch (InvalidOperationException e)
        {
            throw new SettingsException([SettingOrigin.Name(configuration, WrongType(e))]);
        }
    }

    /// <summary>The binder says "Failed to convert configuration value 'x' at 'Gateway:Protocol' to type 'System.Int32'."; ours say it like the others.</summary>
    private static string WrongType(InvalidOperationException e) => e.Message.Split('\'') is [_, .. var value, " at ", var key, " to type ", var type, _]
        ? $"{key} = {string.Join('\'', value)}: must be {Wanted(type)}.{Allowed(e.Message)}"
        : $"{e.Message} {e.InnerException?.Message}".TrimEnd() + Allowed(e.Message);

    private static string Wanted(string type) => type switch
    {
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a duration, hh:mm:ss or d.hh:mm:ss",
        _ => $"a {type[(type.LastIndexOf('.') + 1)..]}",
    };

    /// <summary>The binder says which type a value should have had; what that allows a person cannot know.</summary>
    private static string Allowed(string message)
    {
        (string Type, string[] Names)[] choices =
        [
            (nameof(SensorKind), Enum.GetNames<SensorKind>()),
            (nameof(ModbusTable), Enum.GetNames<ModbusTable>()),
            (nameof(ModbusOrder), Enum.GetNames<ModbusOrder>()),
            (nameof(SerialParity), Enum.GetNames<SerialParity>()),
            (nameof(LocalMqttPreset), Enum.GetNames<LocalMqttPreset>()),
            (nameof(LocalMqttKind), Enum.GetNames<LocalMqttKind>()),
            (nameof(SimulatedShape), Enum.GetNames<SimulatedShape>()),
            (nameof(Aggregate), Enum.GetNames<Aggregate>()),
            (nameof(ExecMode), Enum.GetNames<ExecMode>()),
            (nameof(GpioBias), Enum.GetNames<GpioBias>()),
            (nameof(MqttVersion), Enum.GetNames<MqttVersion>()),
            (nameof(OutboxPolicy), Enum.GetNames<OutboxPolicy>()),
            (nameof(PayloadCompression), Enum.GetNames<PayloadCompression>()),
        ];
        return string.Concat(choices
            .Where(choice => message.Contains($".{choice.Type}'", StringComparison.Ordinal))
            .Select(choice => $" Allowed: {string.Join(", ", choice.Names)}."));
    }

    private static IEnumerable<string> Known(IConfiguration configuration) => Keys().Unknown(configuration);

    private static KnownKeys Keys() => new KnownKeys()
        .Section<DeviceOptions>(DeviceOptions.Section)
        .Section<DataOptions>(DataOptions.Section)
        .Section<GatewayOptions>(GatewayOptions.Section)
        .Section<BatchingOptions>(BatchingOptions.Section)
        .Section<OutboxOptions>(OutboxOptions.Section)
        .Section<TimeOptions>(TimeOptions.Section)
        .Section<StreamOptions>($"{StreamOptions.Section}:*")
        .Section<SimulationOptions>(SimulationOptions.Section)
        .Section<UpdateOptions>(UpdateOptions.Section)
        .Section<RemoteOptions>(RemoteOptions.Section)
        .Sensors();

    private static IEnumerable<string> Broken<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string section, T options)
        where T : class => new SettingsValidator<T>(section).Validate(name: null, options).Failures ?? [];
}
