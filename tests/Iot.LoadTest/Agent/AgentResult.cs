using System.Globalization;

namespace Iot.LoadTest.Agent;

/// <summary>One run of the agent.</summary>
/// <param name="Kind">How it was compiled, and what it samples.</param>
/// <param name="Connected">From the start of the process to the CONNACK.</param>
/// <param name="CpuShare">Of one core, while it samples.</param>
/// <param name="WireBytes">A reading, MQTT packets as they are.</param>
/// <param name="OutboxBytes">A reading, what its files grew by.</param>
/// <param name="DiskBytes">A reading, pages sent to the disk: 4 KiB for each that was touched between two fsyncs.</param>
internal sealed record AgentResult(
    string Kind, long Readings, double Connected, double RssMb, double PeakRssMb, double CpuShare, double WireBytes, double OutboxBytes, double DiskBytes)
{
    public const string Header = """
        | agent | readings | start to connected ms | RSS MB | peak RSS MB | CPU % of a core | wire B / reading | outbox B / reading | disk pages B / reading |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|
        """;

    public static string Row(IReadOnlyList<AgentResult> runs) => string.Create(CultureInfo.InvariantCulture,
        $"| {runs[0].Kind} | {Median(runs, r => r.Readings):0} | {Median(runs, r => r.Connected):0} | {Median(runs, r => r.RssMb):0.0} | {Median(runs, r => r.PeakRssMb):0.0} " +
        $"| {Median(runs, r => r.CpuShare * 100):0.00} | {Median(runs, r => r.WireBytes):0.0} | {Median(runs, r => r.OutboxBytes):0.0} | {Median(runs, r => r.DiskBytes):0} |");

    private static double Median(IReadOnlyList<AgentResult> runs, Func<AgentResult, double> value) =>
        runs.Select(value).Order().ElementAt(runs.Count / 2);
}
