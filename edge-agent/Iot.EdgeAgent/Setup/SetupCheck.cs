using Iot.Configuration;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Publishing;

namespace Iot.EdgeAgent.Setup;

/// <summary>Reads what would be in force after the writing, as the agent will: all other files, the new content, and who this machine is.</summary>
/// <param name="arguments">As for <see cref="AgentSettings.Sources(string[])"/>.</param>
/// <param name="settingsPath">Where the settings files are.</param>
internal sealed class SetupCheck(string[] arguments, string settingsPath, IdentityFiles identities)
{
    /// <exception cref="SettingsException">The agent would not start with it, or would not do what was answered; says what to do. Nothing was written.</exception>
    public void Run(SetupAnswers answers, byte[] content)
    {
        var files = Directory.Exists(settingsPath) ? Directory.GetFiles(settingsPath, "*.json") : [];
        var merged = AgentSettings.Sources(arguments, files, (Path.Combine(settingsPath, SetupFile.Name), content));
        var options = AgentSettings.Load(merged);
        if (options.Simulation.Devices > 0) return; // they have names of their own

        if (answers.Gateway is { } gateway) Check(answers, gateway, merged);
        if (answers.Token is { } token) AgentSettings.Load(AgentSettings.Enrolled(merged, token.Device, $"mqtts://{token.Gateway.Host}")); // its answer will tell the address
        else if (identities.Read() is { } identity) AgentSettings.Load(AgentSettings.Enrolled(merged, identity));
    }

    private void Check(SetupAnswers answers, PlainGateway gateway, IConfigurationRoot merged)
    {
        if (identities.Read() is { } identity && identity.Device != answers.Device)
        {
            throw new SettingsException([$"This machine is {identity.Device} at {identity.Gateway.Authority} already, and cannot be {answers.Device} beside it; nothing was changed. " +
                $"If it is to be {answers.Device} from now on: let it publish what waits (iot-edge-agent status), stop it, move '{identities.Path}' aside, and run this again."]);
        }

        Wins(merged, $"{GatewayOptions.Section}:{nameof(GatewayOptions.Url)}", gateway.Url);
        Wins(merged, $"{DeviceOptions.Section}:{nameof(DeviceOptions.Id)}", answers.Device?.Value);
    }

    /// <summary>Or the agent would go on as before, and setup would call that done.</summary>
    private static void Wins(IConfigurationRoot merged, string key, string? answered)
    {
        if (merged[key] is { } value && !value.Equals(answered, StringComparison.Ordinal))
            throw new SettingsException([SettingOrigin.Name(merged, $"{key} = {value}: it would win over {answered}, which was answered. Remove it there, then run this again; nothing was changed.")]);
    }
}
