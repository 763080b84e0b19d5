using System.Reflection;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Timekeeping;
using Iot.EdgeAgent.Updating;

namespace Iot.EdgeAgent;

/// <summary>What all devices of this process share.</summary>
/// <param name="Credentials">Null: this machine was not enrolled, or its devices are simulated.</param>
/// <param name="Updates">Null: as <paramref name="Credentials"/>; without an identity there is no gateway to fetch from.</param>
/// <param name="Exchange">Null: the gateway configures nothing here.</param>
internal sealed record AgentContext(
    TimeProvider Clock, ILoggerFactory Loggers, Pulses Pulses, Timekeeper Time, Credentials? Credentials = null, UpdatePaths? Updates = null,
    ConfigExchange? Exchange = null)
{
    public string Version { get; } = ProgramVersion;

    /// <summary>Something happened that <c>status</c> should show at once.</summary>
    public Signal Changed { get; } = new();

    public static string ProgramVersion { get; } =
        typeof(AgentContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
