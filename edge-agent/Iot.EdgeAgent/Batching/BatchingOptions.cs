using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Batching;

/// <summary>When a batch is closed: by size or by age, whichever comes first. Configuration section <c>Batching</c>.</summary>
internal sealed record BatchingOptions
{
    public const string Section = "Batching";

    /// <summary>Most readings in one batch. 1–10,000 (what a gateway takes); default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxReadings { get; set; } = 1_000;

    /// <summary>Most bytes of one batch before it is packed, estimated. 1 KiB–192 KiB (a gateway takes 256 KiB); default 32 KiB.</summary>
    /// <remarks>One batch is as long as new readings may have to wait for the link: 32 KiB that cannot be packed are a second at 256 kbit/s.</remarks>
    [Range(1024, 192 * 1024)]
    public int MaxBytes { get; set; } = 32 * 1024;

    /// <summary>Longest a reading waits for others. 0–1 h; default 1 s.</summary>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(1);
}
