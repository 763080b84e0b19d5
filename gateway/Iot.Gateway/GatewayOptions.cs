using System.ComponentModel.DataAnnotations;

namespace Iot.Gateway;

/// <summary>Where the gateway keeps everything. Section <c>Data</c>.</summary>
internal sealed record DataOptions
{
    public const string Section = "Data";

    /// <summary>Journal, embedded store, dead letters, registry of devices, keys of the CA, snapshots, audit log. Default <c>./data</c>; under systemd its state directory.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Path { get; init; } = "./data";

    public string SpoolPath => System.IO.Path.Combine(Path, "spool");

    public string StatePath => System.IO.Path.Combine(Path, "state");

    public string DeadLettersPath => System.IO.Path.Combine(Path, "dead-letters.db");

    public string AuditPath => System.IO.Path.Combine(Path, "audit");

    public string DevicesPath => System.IO.Path.Combine(Path, "devices.db");

    public string CaPath => System.IO.Path.Combine(Path, "ca");

    public string StorePath => System.IO.Path.Combine(Path, "readings.duckdb");
}

/// <summary>What one message and one batch may be. Section <c>Limits</c>.</summary>
internal sealed record LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>Largest payload as it arrives, in bytes. 1 KiB–1 MiB; default 256 KiB.</summary>
    [Range(1024, 1024 * 1024)]
    public int PayloadBytes { get; init; } = 256 * 1024;

    /// <summary>What <see cref="UnpackedBytes"/> can be at most: what was taken once is unpacked again, however the limit was lowered since.</summary>
    public const int MostUnpackedBytes = 64 * 1024 * 1024;

    /// <summary>Largest payload after decompression, in bytes. 1 KiB–64 MiB; default 8 MiB.</summary>
    [Range(1024, MostUnpackedBytes)]
    public int UnpackedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most readings in one message. 1–100,000; default 10,000.</summary>
    [Range(1, 100_000)]
    public int ReadingsPerBatch { get; init; } = 10_000;

    /// <summary>Most MQTT connections at once. 1–1,000,000; default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; init; } = 20_000;
}
