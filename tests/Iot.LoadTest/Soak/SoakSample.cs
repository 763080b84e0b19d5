using System.Globalization;
using Iot.LoadTest.Gateway;
using Iot.LoadTest.Reports;

namespace Iot.LoadTest.Soak;

internal enum SoakPhase
{
    /// <summary>The sink is there; nothing waits.</summary>
    Before,
    Outage,

    /// <summary>The sink is back; the backlog goes out beside live readings.</summary>
    Drain,

    /// <summary>Nothing waits again.</summary>
    After,
}

/// <summary>The gateway at the end of one round of load.</summary>
/// <param name="At">Since the run began.</param>
/// <param name="InOutage">Since the sink went away.</param>
/// <param name="Rate">Readings a second that were acknowledged in this round.</param>
/// <param name="PubAck">Of this round.</param>
internal sealed record SoakSample(TimeSpan At, TimeSpan InOutage, SoakPhase Phase, GatewayFigures Gateway, double Rate, Percentiles PubAck)
{
    private const double Mega = 1e6;

    public const string Heading = "seconds,phase,rss_mb,own_mb,heap_mb,allocated_mb,spool_mb,pending,behind_s,readings_per_s,puback_p50_ms,puback_p99_ms,cpu_s";

    public double RssMb => Gateway.Process.RssBytes / Mega;

    /// <summary>Without pages of program files.</summary>
    public double OwnMb => Gateway.Process.OwnBytes / Mega;

    /// <summary>How old the next reading is that the sink will get.</summary>
    public double BehindSeconds => Gateway.Pending / (double)SoakArguments.Plan.Rate;

    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"{At.TotalSeconds:0},{Phase},{RssMb:0.0},{OwnMb:0.0},{Gateway.HeapBytes / Mega:0.0},{Gateway.AllocatedBytes / Mega:0},{Gateway.SpoolBytes / Mega:0.0},")
        + string.Create(CultureInfo.InvariantCulture,
        $"{Gateway.Pending},{BehindSeconds:0.0},{Rate:0},{PubAck.P50:0.00},{PubAck.P99:0.00},{Gateway.Process.Cpu.TotalSeconds:0.0}");
}
