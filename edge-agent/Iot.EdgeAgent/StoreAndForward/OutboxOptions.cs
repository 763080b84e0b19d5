using System.ComponentModel.DataAnnotations;
using Iot.Configuration;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>How batches are kept until they are acknowledged. Configuration section <c>Outbox</c>.</summary>
internal sealed record OutboxOptions
{
    public const string Section = "Outbox";

    /// <summary>Bytes on disk at which the outbox is full. 1 MiB–1 TiB; default 1 GiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Older readings are given up unsent. 1 min–10 years; default none: however old, they are sent.</summary>
    [Duration("00:01:00", "3650.00:00:00")]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>What is given up when it is full: <c>KeepOldest</c> (what is new), <c>DropOldest</c> (what is old) or <c>ThinOut</c> (detail: from half full on each series keeps its extremes). Default <c>KeepOldest</c>.</summary>
    public OutboxPolicy Policy { get; set; } = OutboxPolicy.KeepOldest;

    /// <summary>Size of one file of the outbox. 64 KiB–64 MiB; default 4 MiB.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Free space of the disk that the outbox leaves to others. 0–1 TiB; default 64 MiB.</summary>
    [Range(0L, 1L << 40)]
    public long ReserveBytes { get; set; } = 64L << 20;

    /// <summary><c>Zstd</c> (smallest), <c>Gzip</c> or <c>None</c>; a batch that gets no smaller is left as it is. Default <c>Zstd</c>.</summary>
    public PayloadCompression Compression { get; set; } = PayloadCompression.Zstd;

    /// <summary>Outboxes of their own beside this one, by a name that sensors give as <c>Sensors:NAME:Stream</c>; at most 7. Default none.</summary>
    public Dictionary<string, StreamOptions> Streams { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>As a stream has it: its own caps and policy, and the rest from here.</summary>
    public OutboxOptions Of(StreamOptions stream) =>
        this with { MaxBytes = stream.MaxBytes, MaxAge = stream.MaxAge, Policy = stream.Policy, Streams = [] };
}
