using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Tests.Deduplication;

/// <summary>Runs while no other test does, since it looks at the whole heap.</summary>
[Collection(nameof(SequenceHistoryMemoryTests))]
[CollectionDefinition(nameof(SequenceHistoryMemoryTests), DisableParallelization = true)]
public class SequenceHistoryMemoryTests
{
    /// <summary>The figure of the doc comment. The dictionary's node and the device's id are counted too.</summary>
    [Fact]
    public void A_device_without_gaps_takes_less_than_500_bytes()
    {
        const int Devices = 20_000;
        var ids = Enumerable.Range(0, Devices).Select(i => $"device-{i:D6}").ToArray();

        // Three times: what tests before this one left behind may go meanwhile.
        var bytes = Enumerable.Range(0, 3).Select(_ => BytesOf(ids)).Order().ElementAt(1);

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:F0} bytes a device");
        Assert.InRange(bytes, 100, 500);
    }

    private static double BytesOf(string[] ids)
    {
        var deduplicator = new Deduplicator(new());
        var live = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var id in ids)
        {
            var history = deduplicator.Of(DeviceId.Parse(id));
            lock (history.Lock)
            {
                history.BeginInFlight(10, 1, Task.CompletedTask);
                history.Complete(10, 1);
                history.Remember(10, 2);
            }
        }

        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - live) / ids.Length;
        GC.KeepAlive(deduplicator);
        return bytes;
    }
}
