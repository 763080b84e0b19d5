using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>An outbox of its own for some sensors. Configuration section <c>Outbox:Streams:NAME</c>; the name is the user's choice.</summary>
internal sealed record StreamOptions
{
    public const string Section = "Outbox:Streams";

    /// <summary>Bytes on disk at which this stream's outbox is full. 1 MiB–1 TiB; default 64 MiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxBytes { get; set; } = 64L << 20;

    /// <summary>Older readings are given up unsent. 1 min–10 years; default none: however old, they are sent.</summary>
    [Duration("00:01:00", "3650.00:00:00")]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>As <c>Outbox:Policy</c>. Default <c>KeepOldest</c>.</summary>
    public OutboxPolicy Policy { get; set; } = OutboxPolicy.KeepOldest;
}
