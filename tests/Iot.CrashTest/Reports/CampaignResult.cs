using System.Globalization;
using Iot.CrashTest.Faults;
using Iot.CrashTest.Judging;
using Iot.CrashTest.Recording;

namespace Iot.CrashTest.Reports;

/// <summary>What a campaign did and what it found; as text, and as a row of RESULTS.md.</summary>
internal sealed record CampaignResult(CrashArguments Arguments, FaultLog Faults, int FailedSyncs, TimeSpan Duration, Recorder Recorder, Judgement Judgement)
{
    private const int MostFindings = 40;

    public const string Header = """
        | seed | time under faults | kills: gateway | agents | mosquitto | influxd | in all | other faults | batches | readings | PUBACKs | sent again | duplicate readings recognised | lost | doubled | wrong | ledger differences | named gaps behind mosquitto |
        |---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
        """;

    public bool IsClean => Judgement.Findings.Count == 0;

    public string Row()
    {
        var acknowledged = Recorder.Devices().SelectMany(device => device.Acknowledged).ToList();
        string[] cells =
        [
            Arguments.Seed.ToString(CultureInfo.InvariantCulture), $"{Duration:mm\\:ss}",
            Text(Faults.GatewayKills),
            Text(Faults.Count(FaultKind.AgentKilled, FaultKind.AgentKilledAtStart)),
            Text(Faults.Count(FaultKind.BrokerKilled)),
            Text(Faults.Count(FaultKind.DatabaseKilled, FaultKind.DatabaseKilledAtStart, FaultKind.DatabaseAway)),
            Text(Faults.Kills), OtherFaults(),
            Text(acknowledged.Count), Text(acknowledged.Sum(batch => (long)batch.Points.Count)), Text(Recorder.Acknowledgements),
            Text(Recorder.Devices().SelectMany(device => device.Batches).Sum(batch => batch.Sent - 1L)), Text(Judgement.Duplicates),
            Text(Sum(FindingKind.Lost)), Text(Sum(FindingKind.Doubled)), Text(Sum(FindingKind.Wrong)), Text(Sum(FindingKind.Ledger)), Text(Judgement.Missing),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    public override string ToString()
    {
        var findings = Judgement.Findings.Take(MostFindings).Select(finding => finding.ToString()).ToList();
        if (Judgement.Findings.Count > MostFindings) findings.Add($"… and {Text(Judgement.Findings.Count - MostFindings)} findings more");
        findings.Add(IsClean
            ? "Nothing lost, nothing doubled, the ledger equals the recorder's count."
            : $"{Text(Judgement.Findings.Count)} findings. Again with the same choices: --seed {Arguments.Seed}. What was done, what the gateway said: {Arguments.Logs}");
        return $"{string.Join('\n', findings)}\n\n{Header}\n{Row()}";
    }

    private string OtherFaults() => string.Join(", ",
    [
        $"{Faults.Count(FaultKind.PowerCut)} of these kills with a power cut, {Faults.Count(FaultKind.GatewayKilledAtStart, FaultKind.AgentKilledAtStart, FaultKind.DatabaseKilledAtStart)} at start",
        $"{Faults.Count(FaultKind.GatewayStopped, FaultKind.BrokerStopped, FaultKind.DatabaseStopped)} SIGTERM",
        $"influxd {Faults.Count(FaultKind.DatabaseAway)} times away, {Faults.Count(FaultKind.DatabaseFrozen)} times frozen for 1–10 s",
        $"{Faults.Count(FaultKind.DatabaseLogTorn)} torn writes in its log",
        $"{FailedSyncs} failed fsyncs in {Faults.Count(FaultKind.FailingDisk)} lives", $"{Faults.Count(FaultKind.LinkCut)} cut connections",
    ]);

    private long Sum(FindingKind kind) => Judgement.Findings.Where(finding => finding.Kind == kind).Sum(finding => finding.Count);

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
