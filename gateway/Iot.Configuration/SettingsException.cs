namespace Iot.Configuration;

/// <summary>The configuration cannot be used. Each problem names key, value and what is allowed.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception("Configuration: " + string.Join(Environment.NewLine + "Configuration: ", problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
