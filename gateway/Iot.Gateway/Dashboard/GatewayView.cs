using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Detection;
using Iot.Gateway.Devices;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Ledger;
using Iot.Gateway.Observability;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Wire;

namespace Iot.Gateway.Dashboard;

/// <summary>All that the pages and the API see of the gateway. Wired in one place; each function is thread-safe.</summary>
internal sealed record GatewayView
{
    public required GatewayFigures Figures { get; init; }

    /// <summary>The books of every device as of one moment, ordered by device.</summary>
    public required Func<IReadOnlyList<DeviceBooks>> Books { get; init; }

    /// <summary>Those of one; null when it never spoke.</summary>
    public required Func<DeviceId, DeviceBooks?> BooksOf { get; init; }

    /// <summary>Where a device would publish, for the page's first hint. Default 1883.</summary>
    public int MqttPort { get; init; } = 1883;

    /// <summary>Why messages are not taken now, one sentence each. As health says.</summary>
    public Func<IReadOnlyList<string>> NotReady { get; init; } = () => [];

    /// <summary>What works badly, or was switched on by name and is a risk; one sentence each. As health says.</summary>
    public Func<IReadOnlyList<string>> Warnings { get; init; } = () => [];

    /// <summary>The first sink that can be asked; null when no configured sink can.</summary>
    public IReadingQueries? Queries { get; init; }

    /// <summary>What the device's retained status message says; null when it never sent one.</summary>
    public Func<DeviceId, DevicePresence?> Presence { get; init; } = _ => null;

    /// <summary>That message as it is; empty when there is none.</summary>
    public Func<DeviceId, ReadOnlyMemory<byte>> StatusOf { get; init; } = _ => default;

    /// <summary>How the device's clock stands, by its own words; null when it never said.</summary>
    public Func<DeviceId, DeviceClock?> Clock { get; init; } = _ => null;

    /// <summary>What the registry says of its devices, ordered by id.</summary>
    public Func<IReadOnlyList<DirectoryEntry>> Registered { get; init; } = static () => [];

    /// <summary>The type whose schema judges the device's readings; empty when no schema claims it.</summary>
    public Func<DeviceId, string> TypeOf { get; init; } = static _ => "";

    /// <summary>The types that have a schema.</summary>
    public Func<IReadOnlyList<string>> Types { get; init; } = static () => [];

    /// <summary>Security events: how many are open, and whether anything has changed.</summary>
    public Func<SecurityStand> Security { get; init; } = static () => default;

    public required DeadLetterAccess DeadLetters { get; init; }

    /// <summary>The running or the last replay of each sink.</summary>
    public Func<IReadOnlyList<ReplayJson>> Replays { get; init; } = static () => [];

    /// <summary>How the embedded store stands; null without one, or while it cannot be asked.</summary>
    public Func<StoreFigures?> Store { get; init; } = static () => null;

    /// <summary>Receipt of the oldest message in the spool; 0 for none.</summary>
    public Func<long> OldestInSpool { get; init; } = static () => 0;

    /// <summary>Sent of the backup that is being made; null while none is.</summary>
    public Func<long?> BackupBytes { get; init; } = static () => null;

    /// <summary>The spool's records as they are appended from now on; each is valid until the next is asked for.</summary>
    public required Func<CancellationToken, IAsyncEnumerable<JournalRecord>> Follow { get; init; }
}

/// <summary>What a device last said of itself by birth or last will.</summary>
/// <param name="At">When it went online or offline.</param>
/// <param name="Agent">Name and version of its agent; null when it did not say.</param>
/// <param name="Client">MQTT client id of its newest connection; null when it has none.</param>
internal sealed record DevicePresence(bool Online, DateTimeOffset At, string? Agent = null, string? Client = null);

/// <summary>What may be done with dead letters.</summary>
internal sealed record DeadLetterAccess(
    Func<DeadLetterFilter, IReadOnlyList<KeptDeadLetter>> List,
    Func<long, KeptDeadLetter?> Get,
    Func<IReadOnlyCollection<long>, bool, CancellationToken, Task<IReadOnlyList<RequeueOutcome>>> RequeueAsync,
    Func<IReadOnlyList<LetterKey>, CancellationToken, Task<int>> DiscardAsync)
{
    /// <summary>Those that a filter means, counted by reason.</summary>
    public Func<DeadLetterFilter, IReadOnlyList<DeadLetterGroup>> Groups { get; init; } = static _ => [];

    /// <summary>Decoded, and judged by the schema of now; null when nobody holds all of its message.</summary>
    public Func<KeptDeadLetter, OpenedLetter?> Open { get; init; } = static _ => null;

    public Func<DeadLetterStand> Stand { get; init; } = static () => default;

    /// <summary>What is wrong with the schema files since they were read last; the schemas from before are in force meanwhile.</summary>
    public Func<IReadOnlyList<SchemaProblem>> SchemaProblems { get; init; } = static () => [];

    /// <summary>Where schema files lie.</summary>
    public string SchemaFolder { get; init; } = "schemas";
}
