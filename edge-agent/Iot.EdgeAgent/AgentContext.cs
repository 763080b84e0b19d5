using System.Reflection;
using Iot.EdgeAgent.Observability;

namespace Iot.EdgeAgent;

/// <summary>What all devices of this process share.</summary>
internal sealed record AgentContext(TimeProvider Clock, ILoggerFactory Loggers, Pulses Pulses)
{
    public string Version { get; } = ProgramVersion;

    public static string ProgramVersion { get; } =
        typeof(AgentContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
