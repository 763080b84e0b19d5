using System.Security.Cryptography;
using Iot.Gateway.Audit;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Audit;

/// <summary>An audit log on a disk that can fail, under a clock that a test sets.</summary>
internal sealed class AuditRig : IDisposable
{
    public const string Directory = "/audit";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public LossyDisk Disk { get; set; } = new(seed: 1);

    public FakeTimeProvider Clock { get; } = new(new(2026, 3, 5, 10, 0, 0, TimeSpan.Zero));

    public AuditOptions Options { get; init; } = new();

    public IReadOnlyDictionary<string, ECDsa> Keys => new Dictionary<string, ECDsa> { [AuditKey.FingerprintOf(_key)] = _key };

    public AuditWriter Writer() => new(Directory, Options, Disk, Clock, NullLogger.Instance, () => (new(Copy()), false));

    public AuditTrail Trail(QuietMeters meters) => new(
        Writer(), new(Options, Clock), new(meters), new([new(AuditAct.GatewayStart, Detail: "version 1")]), Clock, NullLogger<AuditTrail>.Instance);

    public AuditVerdict Verify(AuditWitness? witness = null, bool isBeingWritten = false) =>
        new AuditVerifier(Disk, Keys, isBeingWritten, witness).Verify(new AuditFiles(Directory, Disk).All());

    /// <summary>In the order of the log.</summary>
    public IReadOnlyList<AuditEntry> Entries() =>
        [.. new AuditFiles(Directory, Disk).All().SelectMany(file => AuditFiles.Lines(Disk.ReadAllBytes(file.Path))).Select(line => AuditEntry.Read(line.Span)!)];

    public string FileAt(int index) => new AuditFiles(Directory, Disk).All()[index].Path;

    public List<string> Lines(string path) => [.. System.Text.Encoding.UTF8.GetString(Disk.ReadAllBytes(path)).Split('\n')[..^1]];

    public void Put(string path, IEnumerable<string> lines) =>
        Disk.WriteAllBytes(path, System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    public static AuditEvent Refusal(string who, string detail = "foreign_topic") =>
        new(AuditAct.PublishRefused, who, "192.0.2.7:5000", "v1/devices/other/telemetry", AuditResult.Refused, detail);

    public void Dispose() => _key.Dispose();

    private ECDsa Copy() => ECDsa.Create(_key.ExportParameters(includePrivateParameters: true));
}
