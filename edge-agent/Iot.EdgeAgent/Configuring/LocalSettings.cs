using System.Runtime.InteropServices;
using Iot.Configuration;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What is configured on this machine: files, environment, command line, and beneath them what the enrollment said. Read anew at each call.</summary>
internal static class LocalSettings
{
    /// <exception cref="SettingsException">It cannot be used; names file, key, value and what to do.</exception>
    /// <exception cref="IdentityException">Who this device is cannot be read.</exception>
    public static IConfigurationRoot Read(string[] arguments)
    {
        var configuration = AgentSettings.Sources(arguments);
        var options = AgentSettings.Load(configuration);
        if (Identity(options) is not { } identity) return configuration;

        configuration = AgentSettings.Enrolled(configuration, identity);
        AgentSettings.Load(configuration);
        return configuration;
    }

    /// <returns>Null with what is wrong.</returns>
    public static IConfigurationRoot? TryRead(string[] arguments, out IReadOnlyList<ConfigProblem> problems)
    {
        try
        {
            problems = [];
            return Read(arguments);
        }
        catch (SettingsException e)
        {
            problems = [.. e.Problems.Select(ConfigProblem.Of)];
        }
        catch (IdentityException e)
        {
            problems = [new("", null, e.Message)];
        }

        return null;
    }

    /// <summary>Sections that differ and take effect at the next start only; empty when there are none.</summary>
    public static string NeedRestart(AgentOptions started, AgentOptions now)
    {
        (string Name, bool IsChanged)[] sections =
        [
            (DeviceOptions.Section, now.Device != started.Device), (DataOptions.Section, now.Data != started.Data),
            (TimeOptions.Section, now.Time != started.Time), (SimulationOptions.Section, now.Simulation != started.Simulation), ($"{RemoteOptions.Section}:{nameof(RemoteOptions.Enabled)}", now.Remote.Enabled != started.Remote.Enabled),
        ];
        return string.Join(", ", sections.Where(section => section.IsChanged).Select(section => section.Name));
    }

    /// <summary>Null: not enrolled, or its devices are simulated and have names of their own.</summary>
    public static DeviceIdentity? Identity(AgentOptions options) => options.Simulation.Devices == 0 ? new IdentityFiles(Fleet.DataPath(options.Data)).Read() : null;

    /// <summary>As well as can be told from settings that cannot be used.</summary>
    public static string DataPath(string[] arguments)
    {
        string? path;
        try
        {
            path = AgentSettings.Sources(arguments)[$"{DataOptions.Section}:{nameof(DataOptions.Path)}"];
        }
        catch (SettingsException)
        {
            // a file that is no JSON: what stands beside it counts
            path = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(arguments).Build()[$"{DataOptions.Section}:{nameof(DataOptions.Path)}"];
        }

        return Fleet.DataPath(new() { Path = path });
    }

    /// <summary>SIGHUP means: read it again. Without this it would end the program.</summary>
    public static IDisposable OnHangUp(Action readAgain) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        readAgain();
    });

    /// <summary>What <see cref="EffectiveSettings.Flat"/> made of settings, as settings again.</summary>
    public static IConfigurationRoot Of(Dictionary<string, string> flat) =>
        new ConfigurationBuilder().AddInMemoryCollection(flat.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).Build();
}
