using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>The embedded store: what it may use and how long it keeps readings. Section <c>Embedded</c>.</summary>
internal sealed record EmbeddedOptions : IValidatableObject
{
    public const string Section = "Embedded";

    /// <summary>Memory of the database, in bytes; queries that need more spill to disk. 64 MiB–64 GiB; default 256 MiB.</summary>
    [Range(64L * 1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MemoryLimit { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most bytes that queries may spill to disk together. 0–1 TiB; default 1 GiB.</summary>
    [Range(0L, 1024L * 1024 * 1024 * 1024)]
    public long SpillLimit { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Threads of the database, the callers' included. 1–64; default 2.</summary>
    [Range(1, 64)]
    public int Threads { get; init; } = 2;

    /// <summary>Readings older than this are deleted, counted from now or from the newest one stored, whichever is earlier; 0 keeps them for ever. Otherwise 1 h–100 years; default 400 days.</summary>
    [Duration("00:00:00", "36525.00:00:00")]
    public TimeSpan RetainFor { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Whether minutes and hours are made of the readings (lowest, highest, mean, count, last): charts of long times are quick by them, and they stay when readings go. Default true.</summary>
    public bool RollUps { get; init; } = true;

    /// <summary>Minutes and hours older than this are deleted, counted as for <c>RetainFor</c>; never before their readings; 0 keeps them for ever. 0–100 years; default 3,650 days.</summary>
    [Duration("00:00:00", "36525.00:00:00")]
    public TimeSpan RollUpFor { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>Whether each day, once it has ended, is written to Parquet files that other programs read; readings are then deleted only when they are in there. Needs <c>RollUps</c>. Default false.</summary>
    public bool Archive { get; init; }

    /// <summary>Where to. Default <c>archive</c> in <c>Data:Path</c>.</summary>
    public string? ArchivePath { get; init; }

    /// <summary>How long after its end a day is archived; readings that come later have it written again. 1 min–30 days; default 6 h.</summary>
    [Duration("00:01:00", "30.00:00:00")]
    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Most readings in one transaction. 100–1,000,000; default 50,000.</summary>
    [Range(100, 1_000_000)]
    public int MaxBatchReadings { get; init; } = 50_000;

    /// <summary>How long a transaction that is not full waits for more. 0–1 min; default 250 ms.</summary>
    [Duration("00:00:00", "00:01:00")]
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Series known without asking the database, about 200 bytes each. 1,000–5,000,000; default 250,000.</summary>
    [Range(1_000, 5_000_000)]
    public int CachedSeries { get; init; } = 250_000;

    /// <summary>Longest one query may take. 1 s–1 h; default 30 s.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan QueryTimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Queries of readings and series at once; more wait. SQL is bounded by <c>Http:Queries</c>. 1–64; default 4.</summary>
    [Range(1, 64)]
    public int Queries { get; init; } = 4;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (RetainFor > TimeSpan.Zero && RetainFor < TimeSpan.FromHours(1))
            yield return new($"RetainFor = {RetainFor} would delete readings as they arrive: give 0 (for ever) or at least 01:00:00.");
        if (Archive && !RollUps) yield return new("Archive needs RollUps, by which it knows which days have changed: set RollUps to true, or Archive to false.");
    }
}
