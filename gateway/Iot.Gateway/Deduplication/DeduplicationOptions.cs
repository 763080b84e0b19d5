using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Deduplication;

/// <summary>How much is remembered of what was received. Section <c>Deduplication</c>.</summary>
internal sealed record DeduplicationOptions
{
    public const string Section = "Deduplication";

    /// <summary>Most intervals of received seqs kept per device, over all its epochs. 16–65,536; default 256.</summary>
    /// <remarks>A device whose sequence has no gaps needs one. Beyond the limit the oldest are forgotten, see <see cref="SequenceHistory"/>.</remarks>
    [Range(16, 65_536)]
    public int MaxIntervalsPerDevice { get; init; } = 256;

    /// <summary>Most devices remembered at once. 1–10,000,000; default 1,000,000, about 0.5 GB when all are there.</summary>
    [Range(1, 10_000_000)]
    public int MaxDevices { get; init; } = 1_000_000;

    /// <summary>Most messages without identity remembered by digest. 1–4,194,304; default 65,536, about 8 MB.</summary>
    [Range(1, 4 * 1024 * 1024)]
    public int MaxDigests { get; init; } = 64 * 1024;

    /// <summary>How long a message without identity is remembered. 1 s–1 day; default 10 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan DigestAge { get; init; } = TimeSpan.FromMinutes(10);
}
