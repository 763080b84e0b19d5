using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Audit;

/// <summary>How much of who did what is kept, and how often it is signed. Section <c>Audit</c>.</summary>
internal sealed record AuditOptions : IValidatableObject
{
    public const string Section = "Audit";

    /// <summary>Size at which a new file is begun, in bytes; each month begins one, too. 64 KiB–64 MiB; default 8 MiB.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int FileBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most bytes of all files together; beyond it the oldest file goes, and an entry says so. 128 KiB–1 TiB; default 256 MiB.</summary>
    [Range(131072d, 1099511627776d)]
    public long MaxBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>How long entries are kept; a file goes when its last one is older. 1 day–100 years; default 365 days.</summary>
    [Duration("1.00:00:00", "36500.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Longest that an entry waits for a signed checkpoint. 1 s–1 day; default 15 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Most entries between two signed checkpoints. 1–100,000; default 1,000.</summary>
    [Range(1, 100_000)]
    public int CheckpointEntries { get; init; } = 1000;

    /// <summary>Most refusals of one kind and one client that are written in a minute; the others are counted. 1–10,000; default 10.</summary>
    [Range(1, 10_000)]
    public int PerMinuteAndSubject { get; init; } = 10;

    /// <summary>Most refusals of one kind that are written in a minute, whoever they come from. 1–100,000; default 100.</summary>
    [Range(1, 100_000)]
    public int PerMinute { get; init; } = 100;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (MaxBytes < 2L * FileBytes)
            yield return new($"MaxBytes = {MaxBytes}: must be at least twice FileBytes = {FileBytes}, or nothing but the file being written would be kept.");
    }
}
