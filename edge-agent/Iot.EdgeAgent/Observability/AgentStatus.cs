using System.Text.Json.Serialization;
using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Observability;

/// <summary>What <c>status --json</c> prints. Times are UTC.</summary>
/// <param name="Identity">Null: it was not enrolled.</param>
/// <param name="StartedAt">By the clock of then; null in a state that an older version wrote.</param>
/// <param name="Update">How the last update went; null before the first.</param>
/// <param name="Configuration">Null: the gateway configures nothing here.</param>
/// <param name="Running">False when this was read from the disk and the agent that wrote it is gone.</param>
internal sealed record AgentStatus(
    string Version, bool Running, int ProcessId, DateTimeOffset At, string Gateway, IReadOnlyList<DeviceStatus> Devices,
    IdentityStatus? Identity = null, DateTimeOffset? StartedAt = null, UpdateStatus? Update = null, ClockStatus? Clock = null,
    ConfigurationStatus? Configuration = null);

/// <param name="Serial">Of the certificate, hexadecimal.</param>
/// <param name="NextRenewal">When it will ask for the next certificate.</param>
/// <param name="LastRenewalFailure">Null when the last renewal went well, or none was due.</param>
internal sealed record IdentityStatus(string Device, string Serial, DateTimeOffset NotAfter, DateTimeOffset NextRenewal, string? LastRenewalFailure);

/// <param name="Version">That was to be run.</param>
/// <param name="State">Trial, Applied, Refused or RolledBack.</param>
/// <param name="Reason">Why it does not run; null when it does, or is on trial.</param>
internal sealed record UpdateStatus(string Version, string State, string? Reason, DateTimeOffset At);

/// <param name="Version">The newest that the gateway sent; 0: none.</param>
/// <param name="State"><c>local</c>, <c>applied</c>, <c>trial</c>, <c>refused</c> or <c>rolledBack</c>.</param>
/// <param name="InForce">The version in force; 0: this machine's configuration alone.</param>
/// <param name="Problems">Why the newest was refused or rolled back.</param>
/// <param name="LocalProblems">What is wrong with this machine's own files; the last good ones are in force then.</param>
internal sealed record ConfigurationStatus(long Version, string State, long InForce, IReadOnlyList<string> Problems, IReadOnlyList<string> LocalProblems);

/// <param name="Waiting">Batches on disk that the gateway has not acknowledged.</param>
/// <param name="OutboxBytes">What the outbox takes on disk, and <paramref name="OutboxMaxBytes"/> what it may.</param>
/// <param name="Fresh">A batch that was stored since the start is acknowledged: it samples, stores and publishes.</param>
/// <param name="Published">Batches acknowledged since the agent's start.</param>
/// <param name="GivenUp">Readings given up since the agent's start: outbox full, or disk failed.</param>
/// <param name="LastFailure">Why it was last not connected.</param>
internal sealed record DeviceStatus(
    string Device,
    bool Connected,
    string? LastFailure,
    DateTimeOffset? LastPublished,
    long Published,
    ulong Waiting,
    bool OutboxFull,
    long GivenUp,
    string Epoch,
    IReadOnlyList<SensorStatus> Sensors,
    long OutboxBytes = 0,
    long OutboxMaxBytes = 0,
    bool Fresh = false);

/// <param name="Failure">Null when it gives readings.</param>
internal sealed record SensorStatus(string Name, TimeSpan Interval, string? Failure);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AgentStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
