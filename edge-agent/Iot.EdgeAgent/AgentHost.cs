using Iot.EdgeAgent.Configuring;
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
        var start = ConfigStart.Read(settings, TimeProvider.System);
        var options = start.Effective.Options;

        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.AddAgent(start);
        if (LocalSettings.Identity(options) is not null) builder.Services.AddIdentity(new(Fleet.DataPath(options.Data)), options);
        using var host = builder.Build();
        await host.RunAsync();
        return Environment.ExitCode;
    }
}
