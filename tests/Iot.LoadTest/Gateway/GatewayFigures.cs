using System.Globalization;

namespace Iot.LoadTest.Gateway;

/// <summary>What the gateway has used and done since it started, from /metrics and /proc.</summary>
/// <param name="HeapBytes">Managed objects that the last collection left.</param>
/// <param name="SpoolBytes">The journal on disk now.</param>
/// <param name="Pending">Readings accepted and not yet stored, now.</param>
internal sealed record GatewayFigures(
    ProcessFigures Process, long AllocatedBytes, long Fsyncs, long JournalBytes, long Delivered, long HeapBytes, long SpoolBytes, long Pending)
{
    public static GatewayFigures Of(string metrics, ProcessFigures process) => new(
        process,
        Sum(metrics, "dotnet_gc_heap_total_allocated_bytes_total"),
        Sum(metrics, "iot_gateway_journal_synced_total"),
        Sum(metrics, "iot_gateway_journal_written_bytes_total"),
        Sum(metrics, "iot_gateway_readings_delivered_total"),
        Sum(metrics, "dotnet_gc_last_collection_heap_size_bytes"),
        Sum(metrics, "iot_gateway_journal_size_bytes"),
        Sum(metrics, "iot_gateway_readings_pending"));

    public GatewayFigures Since(GatewayFigures start) => this with
    {
        Process = Process.Since(start.Process),
        AllocatedBytes = AllocatedBytes - start.AllocatedBytes,
        Fsyncs = Fsyncs - start.Fsyncs,
        JournalBytes = JournalBytes - start.JournalBytes,
        Delivered = Delivered - start.Delivered,
    };

    /// <summary>All series of that name; 0 while there is none.</summary>
    private static long Sum(string metrics, string name) => (long)metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ')
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
