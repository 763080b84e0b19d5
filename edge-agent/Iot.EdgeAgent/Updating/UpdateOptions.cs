using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Updating;

/// <summary>Which version this device is to run. Configuration section <c>Update</c>.</summary>
/// <remarks>The key that a release must be signed with is no setting: it lies at <see cref="UpdatePaths.KeyFile"/>, and only root puts it there.</remarks>
internal sealed record UpdateOptions
{
    public const string Section = "Update";

    /// <summary>The version to run: when it is newer than the one that runs, it is fetched from the gateway, checked, tried, and kept or taken back. Default none: it stays as it is.</summary>
    [RegularExpression(Release.VersionPattern, ErrorMessage = "must be a version such as 1.4.0: a digit first, then at most 63 of 0-9 A-Z a-z . + ~.")]
    public string? Version { get; set; }

    /// <summary>Bytes a second that fetching may take of the link, so that readings have the rest. 1 KiB–100 MiB; default 16 KiB.</summary>
    [Range(1024, 100 * 1024 * 1024)]
    public int MaxBytesPerSecond { get; set; } = 16 * 1024;

    /// <summary>A version that is wanted is fetched some time within this, so that a fleet that is told at one moment does not come at one moment. 0–1 day; default 10 min.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan Spread { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a new version has until the gateway has acknowledged its first batch; after that the one before is put back. 30 s–1 h; default 5 min.</summary>
    [Duration("00:00:30", "01:00:00")]
    public TimeSpan TrialTime { get; set; } = TimeSpan.FromMinutes(5);
}
