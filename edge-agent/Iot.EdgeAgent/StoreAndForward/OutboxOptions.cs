using System.ComponentModel.DataAnnotations;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>How batches are kept until they are acknowledged. Configuration section <c>Outbox</c>.</summary>
internal sealed record OutboxOptions
{
    public const string Section = "Outbox";

    /// <summary>Bytes on disk at which the outbox is full: it keeps what it has and takes nothing new. 1 MiB–1 TiB; default 1 GiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Size of one file of the outbox. 64 KiB–64 MiB; default 4 MiB.</summary>
    [Range(64 * 1024, 64 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Free space of the disk that the outbox leaves to others. 0–1 TiB; default 64 MiB.</summary>
    [Range(0L, 1L << 40)]
    public long ReserveBytes { get; set; } = 64L << 20;

    /// <summary><c>Zstd</c> (smallest), <c>Gzip</c> or <c>None</c>; a batch that gets no smaller is left as it is. Default <c>Zstd</c>.</summary>
    public PayloadCompression Compression { get; set; } = PayloadCompression.Zstd;
}
