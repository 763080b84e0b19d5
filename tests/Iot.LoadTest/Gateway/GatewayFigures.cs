using System.Globalization;

namespace Iot.LoadTest.Gateway;

/// <summary>What the gateway has used and done since it started, from /metrics and /proc.</summary>
internal sealed record GatewayFigures(ProcessFigures Process, long AllocatedBytes, long Fsyncs, long JournalBytes, long Delivered)
{
    public static GatewayFigures Of(string metrics, ProcessFigures process) => new(
        process,
        Sum(metrics, "dotnet_gc_heap_total_allocated_bytes_total"),
        Sum(metrics, "iot_gateway_journal_synced_total"),
        Sum(metrics, "iot_gateway_journal_written_bytes_total"),
        Sum(metrics, "iot_gateway_readings_delivered_total"));

    public GatewayFigures Since(GatewayFigures start) => new(
        Process.Since(start.Process), AllocatedBytes - start.AllocatedBytes, Fsyncs - start.Fsyncs,
        JournalBytes - start.JournalBytes, Delivered - start.Delivered);

    /// <summary>All series of that name; 0 while there is none.</summary>
    private static long Sum(string metrics, string name) => (long)metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ')
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
