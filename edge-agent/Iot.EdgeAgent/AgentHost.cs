namespace Iot.EdgeAgent;

/// <summary>The <c>run</c> command.</summary>
internal static class AgentHost
{
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="Configuration.SettingsException">Nothing was started.</exception>
    public static async Task<int> RunAsync(string[] settings)
    {
        var configuration = AgentSettings.Sources(settings);
        var options = AgentSettings.Load(configuration);
        Directory.CreateDirectory(Fleet.DataPath(options.Data));

        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.AddAgent(configuration, options);
        using var host = builder.Build();
        await host.RunAsync();
        return Environment.ExitCode;
    }
}
