using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Tests.Batching;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Tests.Publishing;

public class CheckpointsTests
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    [Fact]
    public async Task A_timer_that_comes_late_touches_no_outbox_after_the_end()
    {
        var disk = new LossyDisk(seed: 1);
        await using var outbox = Outbox.Open("/outbox", Device, new() { MaxBytes = 1 << 20, ReserveBytes = 0 }, TimeProvider.System, NullLogger.Instance, disk);
        await outbox.StoreAsync(BatcherTests.Readings(1), TestContext.Current.CancellationToken);
        var checkpoints = new Checkpoints([outbox], Device, TimeProvider.System, NullLogger.Instance);
        checkpoints.Dispose();
        outbox.Acknowledged.Add(new(0, 1));
        var syncs = disk.Syncs;

        checkpoints.Flush();

        Assert.Equal(syncs, disk.Syncs);
    }
}
