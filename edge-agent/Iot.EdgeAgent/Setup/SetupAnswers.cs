using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Wire;

namespace Iot.EdgeAgent.Setup;

/// <summary>What is known of the answers so far, from flags or from the person; null: not yet.</summary>
/// <param name="Identity">From an enrollment before; then neither token nor gateway is needed.</param>
/// <param name="Sensors">By the names under which they were found; empty: all that is found, also what is plugged in later.</param>
/// <param name="Start">Whether the service is to be enabled and started.</param>
internal sealed record SetupAnswers(
    DeviceIdentity? Identity = null,
    EnrollmentToken? Token = null,
    PlainGateway? Gateway = null,
    DeviceId? Device = null,
    IReadOnlyDictionary<string, TimeSpan>? Sensors = null,
    long? OutboxBytes = null,
    bool? Start = null)
{
    public static IReadOnlyDictionary<string, TimeSpan> AllSensors { get; } = new Dictionary<string, TimeSpan>(StringComparer.OrdinalIgnoreCase);

    public bool KnowsGateway => Identity is not null || Token is not null || Gateway is not null;

    /// <summary>The flags that would answer what is open, as a person reads them.</summary>
    public IEnumerable<string> Missing()
    {
        if (!KnowsGateway) yield return "--token TOKEN or --gateway URL";
        if (Gateway is not null && Device is null) yield return "--device ID";
        if (Sensors is null) yield return "--all-sensors or --sensor NAME=INTERVAL";
        if (OutboxBytes is null) yield return "--outbox SIZE";
        if (Start is null) yield return "--start or --no-start";
    }

    /// <summary>What nobody needs to be asked for.</summary>
    /// <param name="defaultOutbox">Bytes, see <see cref="DefaultOutbox"/>.</param>
    /// <param name="canStart">The service is installed.</param>
    public SetupAnswers WithDefaults(long defaultOutbox, bool canStart) => this with
    {
        Device = Device ?? (Gateway is null ? null : Fleet.ThisDevice(new())),
        Sensors = Sensors ?? AllSensors,
        OutboxBytes = OutboxBytes ?? defaultOutbox,
        Start = Start ?? canStart,
    };

    /// <summary>As the agent has it, on a small disk half of what is free.</summary>
    public static long DefaultOutbox(long freeBytes) => Math.Clamp(freeBytes / 2, 16L << 20, new OutboxOptions().MaxBytes);
}

/// <summary>A gateway, or any MQTT broker, that the device was not enrolled at.</summary>
/// <param name="Password">Kept in a file of its own.</param>
/// <param name="CaFile">Null: the system's authorities.</param>
internal sealed record PlainGateway(string Url, string? Username, string? Password, string? CaFile)
{
    public override string ToString() => Url; // never the password
}
