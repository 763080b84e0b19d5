using Iot.Testing;

namespace Iot.CrashTest.Parts;

/// <summary>The real gateway with both sinks, set so that segments roll, are reclaimed, and snapshots are written every second.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    public const string Database = "crash";

    /// <summary>Every fifteenth fdatasync of a thread fails, the tenth first: the disk took the bytes, and says that it did not.</summary>
    private const string FailingSync = "fdatasync:error=EIO:when=10+15";

    private readonly GatewayProcess _gateway;
    private readonly string _log;
    private readonly string _faults;

    /// <param name="program">The build to test.</param>
    /// <param name="disk">For its data.</param>
    /// <param name="logs">Folder for what it says, all its lives in one file.</param>
    public GatewayUnderTest(string program, GatewayDisk disk, Influxd influxd, string logs)
    {
        Disk = disk;
        (_log, _faults) = (Path.Combine(logs, "gateway.log"), Path.Combine(logs, "failed-syncs.log"));
        _gateway = GatewayProcess.NotStarted(program,
            "--Data:Path", disk.Path, "--Sinks:0", "Embedded", "--Sinks:1", "Influx",
            "--Influx:Url", influxd.Url.ToString(), "--Influx:Api", "V1", "--Influx:Database", Database,
            "--Influx:Timeout", "00:00:02", "--Influx:Retry:MaxDelay", "00:00:01", "--Influx:Circuit:BreakDuration", "00:00:00.500",
            "--Journal:SegmentBytes", "262144", "--Journal:RetainFor", "00:00:01",
            "--Ledger:SnapshotEvery", "00:00:01", "--Ledger:SnapshotRecords", "1000", "--Delivery:RestartAfter", "00:00:00.500",
            "--Deduplication:MaxIntervalsPerDevice", "65536"); // mosquitto leaves a gap or two each time it is killed
    }

    public int MqttPort => _gateway.MqttPort;

    public GatewayDisk Disk { get; }

    public GatewayProcess Api => _gateway;

    public RealProcess Process => _gateway.Process;

    /// <summary>Starts it on the same data, and does not wait for it.</summary>
    /// <param name="failingDisk">In this life some fsyncs fail.</param>
    public async Task BeginAsync(bool failingDisk)
    {
        await KeepLogAsync();
        if (!failingDisk) await _gateway.BeginAsync();
        else await _gateway.BeginAsync("strace", "-f", "-D", "-qq", "--seccomp-bpf", "-A", "-o", _faults, "-e", "trace=fdatasync", "-e", $"inject={FailingSync}");
    }

    public Task ReadyAsync() => _gateway.ReadyAsync(TimeSpan.FromMinutes(3));

    /// <summary>fsyncs that failed by our doing.</summary>
    public int FailedSyncs() => File.Exists(_faults) ? File.ReadLines(_faults).Count(line => line.Contains("INJECTED", StringComparison.Ordinal)) : 0;

    public async ValueTask DisposeAsync()
    {
        await KeepLogAsync();
        await _gateway.DisposeAsync();
    }

    private Task KeepLogAsync() => _gateway.IsStarted ? File.AppendAllTextAsync(_log, $"{Process.Output}\n--- next life\n") : Task.CompletedTask;
}
