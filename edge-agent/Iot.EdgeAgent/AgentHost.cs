using Iot.EdgeAgent.Enrollment;

namespace Iot.EdgeAgent;

/// <summary>The <c>run</c> command.</summary>
internal static class AgentHost
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="Configuration.SettingsException">Nothing was started.</exception>
    /// <exception cref="IdentityException">Who this device is cannot be read; nothing was started.</exception>
    public static async Task<int> RunAsync(string[] settings)
    {
        var configuration = AgentSettings.Sources(settings);
        var options = AgentSettings.Load(configuration);
        var files = new IdentityFiles(Fleet.DataPath(options.Data));
        var identity = options.Simulation.Devices == 0 ? files.Read() : null; // simulated devices have names of their own
        if (identity is not null) options = AgentSettings.Load(configuration = AgentSettings.Enrolled(configuration, identity));
        Directory.CreateDirectory(Fleet.DataPath(options.Data));

        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.AddAgent(configuration, options);
        if (identity is not null) builder.Services.AddIdentity(files, options);
        using var host = builder.Build();
        await host.RunAsync();
        return Environment.ExitCode;
    }
}
