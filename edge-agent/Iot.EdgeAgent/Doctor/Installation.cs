using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;
using Iot.Wire;

namespace Iot.EdgeAgent.Doctor;

/// <summary>What is examined: this machine's agent, as it is configured and as it runs.</summary>
/// <param name="Options">As the agent would read them now.</param>
/// <param name="DataPath">Where its outbox and its identity are.</param>
/// <param name="Identity">Null: it was not enrolled, or this user may not read it.</param>
/// <param name="Status">What the agent last noted; null: none ever ran, or this user may not read it.</param>
internal sealed record Installation(AgentOptions Options, string DataPath, DeviceIdentity? Identity, AgentStatus? Status, TimeProvider Clock)
{
    public DeviceId Device => Fleet.ThisDevice(Options.Device);

    public string OutboxPath => Path.Combine(DataPath, "outbox");

    /// <summary>An agent runs, and what it says of itself counts for more than what could be tried beside it.</summary>
    public AgentStatus? Running => Status is { Running: true } ? Status : null;

    /// <summary>Its own device's; null without a running agent, or before it has opened its outbox.</summary>
    public DeviceStatus? RunningDevice => Running?.Devices.Count > 0 ? Running.Devices[0] : null;
}
