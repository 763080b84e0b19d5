using System.ComponentModel.DataAnnotations;

namespace Iot.Gateway;

/// <summary>Where the gateway keeps everything. Section <c>Data</c>.</summary>
internal sealed record DataOptions
{
    public const string Section = "Data";

    /// <summary>Journal, embedded store, dead letters, registry of devices, users and keys, keys of the CA and of cookies, snapshots, audit log. Default <c>./data</c>; under systemd its state directory.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Path { get; init; } = "./data";

    public string SpoolPath => System.IO.Path.Combine(Path, "spool");

    public string StatePath => System.IO.Path.Combine(Path, "state");

    public string DeadLettersPath => System.IO.Path.Combine(Path, "dead-letters.db");

    public string AuditPath => System.IO.Path.Combine(Path, "audit");

    public string DevicesPath => System.IO.Path.Combine(Path, "devices.db");

    public string CaPath => System.IO.Path.Combine(Path, "ca");

    public string UsersPath => System.IO.Path.Combine(Path, "users.db");

    public string StorePath => System.IO.Path.Combine(Path, "readings.duckdb");

    public string InPath(string name) => System.IO.Path.Combine(Path, name);
}
