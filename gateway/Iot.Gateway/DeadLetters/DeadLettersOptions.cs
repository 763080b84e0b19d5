using System.ComponentModel.DataAnnotations;

namespace Iot.Gateway.DeadLetters;

/// <summary>How much of what was refused is kept. Section <c>DeadLetters</c>.</summary>
internal sealed record DeadLettersOptions
{
    public const string Section = "DeadLetters";

    /// <summary>Most original bytes kept of one message; the rest of a longer one is cut off. 0–1 MiB; default 64 KiB.</summary>
    [Range(0, 1024 * 1024)]
    public int MaxBytesPerMessage { get; init; } = 64 * 1024;

    /// <summary>Most original bytes kept together; beyond it dead letters are kept without theirs. 0–1 TiB; default 256 MiB.</summary>
    [Range(0L, 1024L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most dead letters kept one by one; beyond it they are counted by device, origin and reason. 1–100,000,000; default 1,000,000.</summary>
    [Range(1, 100_000_000)]
    public int MaxLetters { get; init; } = 1_000_000;
}
