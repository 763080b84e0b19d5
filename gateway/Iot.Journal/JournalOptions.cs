using System.ComponentModel.DataAnnotations;

namespace Iot.Journal;

/// <summary>How large a journal may grow and how it is cut into files. Configuration section <c>Journal</c>.</summary>
public sealed record JournalOptions : IValidatableObject
{
    public const string Section = "Journal";

    /// <summary>What the format allows one record to hold, in bytes, however the journal is configured.</summary>
    internal const int LargestRecordBytes = 16 << 20;

    /// <summary>Length at which a segment is closed. 4 KiB–4 GiB; default 64 MiB; never above a quarter of MaxBytes.</summary>
    [Range(4096d, 4294967296d)]
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Delivered segments beyond this total go; undelivered ones fill it and then appends are refused.
    /// From 16 KiB; default 10 GiB.</summary>
    [Range(16384d, 1e18)]
    public long MaxBytes { get; init; } = 10L << 30;

    /// <summary>Delivered segments go once all they hold is older than this. From 0; default 7 days.</summary>
    public TimeSpan RetainFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Free bytes of the file system left untouched: appends are refused before. From 0; default 64 MiB.</summary>
    [Range(0d, 1e18)]
    public long ReserveBytes { get; init; } = 64L << 20;

    /// <summary>Largest record taken, head and body together. 1 byte–16 MiB; default 1 MiB.</summary>
    [Range(1, LargestRecordBytes)]
    public int MaxRecordBytes { get; init; } = 1 << 20;

    /// <summary>Bytes taken but not yet on disk at which appends wait; never above SegmentBytes.
    /// MaxRecordBytes–1 GiB; default 16 MiB.</summary>
    [Range(1d, 1073741824d)]
    public long MaxPendingBytes { get; init; } = 16L << 20;

    /// <summary>Small journals get small segments, or the last one alone could fill them.</summary>
    internal long EffectiveSegmentBytes => Math.Min(SegmentBytes, MaxBytes / 4);

    /// <summary>So that one group always fits into one segment.</summary>
    internal long EffectivePendingBytes => Math.Min(MaxPendingBytes, Math.Max(EffectiveSegmentBytes, MaxRecordBytes));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RetainFor < TimeSpan.Zero)
            yield return new($"RetainFor ({RetainFor}) is negative.", [nameof(RetainFor)]);

        if (MaxPendingBytes < MaxRecordBytes)
        {
            yield return new($"MaxPendingBytes ({MaxPendingBytes}) is less than MaxRecordBytes ({MaxRecordBytes}), " +
                             "so the largest record could never be taken.", [nameof(MaxPendingBytes)]);
        }
    }
}
