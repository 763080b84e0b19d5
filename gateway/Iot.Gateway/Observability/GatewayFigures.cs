using Iot.Gateway.DeadLetters;
using Iot.Gateway.Delivery;
using Iot.Gateway.Ledger;
using Iot.Wire;

namespace Iot.Gateway.Observability;

/// <summary>Where metrics, health and dashboard read the gateway's figures. Each call is cheap and thread-safe.</summary>
internal sealed record GatewayFigures
{
    public required Func<JournalFigures> Journal { get; init; }

    /// <summary>One entry a configured sink, always in the same order.</summary>
    public required Func<IReadOnlyList<SinkStatus>> Sinks { get; init; }

    /// <summary>MQTT connections now.</summary>
    public required Func<int> Connections { get; init; }

    /// <summary>From receipt of a message to its verdict on disk; as <see cref="DurationCounts.Snapshot"/>.</summary>
    public Func<long[]> IngestTimes { get; init; } = new DurationCounts().Snapshot;

    /// <summary>Devices by how their clock stands; those that never said are not among them.</summary>
    public Func<IReadOnlyDictionary<ClockState, int>> Clocks { get; init; } = static () => new Dictionary<ClockState, int>();

    /// <summary>All devices added up; walks over them, at most once a second.</summary>
    public Func<FleetBooks> Books { get; init; } = static () => FleetBooks.Empty;

    public Func<DeadLetterFigures> DeadLetters { get; init; } = static () => default;

    /// <summary>What is used for TLS and for enrolling.</summary>
    public Func<IReadOnlyList<CertificateFigures>> Certificates { get; init; } = static () => [];

    /// <summary>Null when the file system does not say.</summary>
    public Func<DiskFigures?> Disk { get; init; } = static () => null;
}

/// <param name="Name"><c>server</c> or <c>ca</c>.</param>
internal sealed record CertificateFigures(string Name, DateTimeOffset Begins, DateTimeOffset Ends);

/// <summary>The file system of the spool.</summary>
/// <param name="Free">Bytes that the gateway may use.</param>
/// <param name="Reserve">Bytes that the spool leaves untouched: <c>Journal:ReserveBytes</c>.</param>
internal sealed record DiskFigures(long Free, long Reserve);

/// <summary>The spool as it stands.</summary>
/// <param name="Records">Records on disk.</param>
/// <param name="Bytes">Bytes on disk.</param>
/// <param name="HeldBytes">Of those, what no sink's delivery allows to go; full at <paramref name="MaxBytes"/>.</param>
/// <param name="MaxBytes">Bytes it may take: <c>Journal:MaxBytes</c>.</param>
/// <param name="Appended">Records appended since start.</param>
/// <param name="AppendedBytes">Bytes appended since start.</param>
/// <param name="Syncs">fsyncs since start.</param>
/// <param name="IsFull">Nothing is acknowledged until room is made.</param>
internal sealed record JournalFigures(
    long Records, long Bytes, long HeldBytes, long MaxBytes, long Appended, long AppendedBytes, long Syncs, bool IsFull)
{
    /// <summary>What all fsyncs since start took together.</summary>
    public TimeSpan SyncTime { get; init; }
}

/// <summary>How one sink stands, in readings: accepted = stored + pending + dead-lettered.</summary>
/// <param name="Problem">What is wrong and what becomes of the data; null when all is well.</param>
internal sealed record SinkStatus(string Name, CircuitState Circuit, string? Problem, long Stored, long Pending, long DeadLettered)
{
    /// <inheritdoc cref="SinkHealth.Since"/>
    public DateTimeOffset? Since { get; init; }

    public SinkPast Past { get; init; } = SinkPast.None;
}
