using System.Diagnostics;
using System.Text;
using Iot.Gateway.Reconciliation;
using Iot.Testing;

namespace Iot.Gateway.Tests.Reconciliation;

/// <summary>However much is counted, it happens on disk: memory stays within the limits of the two databases.</summary>
[Collection(nameof(Observability.Alone))]
public sealed class LargeReconciliationTests : IDisposable
{
    private const int Batches = 400;
    private const int Readings = 5_000;
    private const long MostMemory = 800L << 20; // 256 MiB each for the store and the count, and what the runtime takes
    private const long MostHeap = 100L << 20;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Two_million_readings_are_compared_one_by_one_in_bounded_memory()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory);
        for (var batch = 0; batch < Batches; batch++) await gateway.IngestAsync($"pump-{batch % 4}", Payload(batch));
        await gateway.SettledAsync(TimeSpan.FromMinutes(3));
        await gateway.SqlAsync($"DELETE FROM reading_rows WHERE time = {Second(123, 4567)}000000000 AND series = (SELECT id FROM series WHERE device = 'pump-3')");

        var memory = new PeakMemory();
        var before = (memory.WorkingSet, memory.Heap);
        var report = await CountedGateway.ReconcileAsync(gateway.Part<Reconciler>(), new(Full: true), memory);

        var sink = report.Sinks[0];
        Assert.Equal(((long)Batches * Readings, 1L), (sink.Expected, sink.Missing));
        Assert.Equal((123UL, 4567), (sink.MissingReadings[0].Offset, sink.MissingReadings[0].Reading));
        Assert.True(memory.Heap - before.Heap < MostHeap, $"The heap grew by {(memory.Heap - before.Heap) >> 20} MiB.");
        Assert.True(memory.WorkingSet - before.WorkingSet < MostMemory, $"The process grew by {(memory.WorkingSet - before.WorkingSet) >> 20} MiB.");
    }

    private static int Second(int batch, int reading) => 1_700_000_000 + (batch * Readings) + reading;

    private static string Payload(int batch)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Readings; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{{(i == 0 ? "[{\"bn\":\"a\"," : ",{")}}"v":{{i % 10}},"t":{{Second(batch, i)}}}""");
        return text.Append(']').ToString();
    }

    /// <summary>Looks at each step, which is often.</summary>
    private sealed class PeakMemory : IProgress<ReconcileProgress>
    {
        public PeakMemory() => Report(new(""));

        public long Heap { get; private set; }

        public long WorkingSet { get; private set; }

        public void Report(ReconcileProgress value)
        {
            using var process = Process.GetCurrentProcess();
            Heap = Math.Max(Heap, GC.GetTotalMemory(forceFullCollection: false));
            WorkingSet = Math.Max(WorkingSet, process.WorkingSet64);
        }
    }
}
