using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.Gateway.Ledger;

/// <summary>How often the books are written down. Section <c>Ledger</c>.</summary>
internal sealed record LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>Longest time between two snapshots while something changes. 1 s–1 h; default 15 s.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan SnapshotEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most journal records between two snapshots: what a start reads again. 1,000–10,000,000; default 100,000.</summary>
    [Range(1000, 10_000_000)]
    public int SnapshotRecords { get; init; } = 100_000;

    /// <summary>Most bytes of journal records between two snapshots, or 8 times the snapshot if that is more: what a start reads again.
    /// 1 MiB–64 GiB; default 64 MiB.</summary>
    [Range(1048576d, 68719476736d)]
    public long SnapshotBytes { get; init; } = 64L << 20;
}
