namespace Iot.EdgeAgent.Configuring;

/// <summary>How much is logged: section <c>Logging</c> of what is in force, followed by loggers at once.</summary>
internal sealed class LogLevels : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Set(IConfiguration effective)
    {
        Data = effective.GetSection("Logging").AsEnumerable().Where(pair => pair.Value is not null)
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        OnReload();
    }
}
