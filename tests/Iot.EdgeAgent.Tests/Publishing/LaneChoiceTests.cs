using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.StoreAndForward;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Publishing;

public sealed class LaneChoiceTests
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();

    [Fact]
    public async Task Batches_refused_before_they_became_backlog_take_no_room_from_the_backlog_for_good()
    {
        await using var outbox = Outbox.Open(
            "/outbox", Device, new() { MaxBytes = 4 << 20, ReserveBytes = 0, Compression = PayloadCompression.None }, _clock, _log, new LossyDisk(seed: 1));
        using var lanes = new LaneChoice([outbox], Device, _clock, _log);
        await StoreAsync(outbox, 3);
        foreach (var sent in new[] { lanes.Next(limit: 16)!, lanes.Next(limit: 16)!, lanes.Next(limit: 16)! }) lanes.Refuse(sent, _clock.GetTimestamp());
        await StoreAsync(outbox, (int)Lanes.MostBehind + 1);

        while (lanes.Next(limit: 16) is { } batch) lanes.Acknowledge(batch, _clock.GetTimestamp());

        Assert.Equal(0UL, outbox.Waiting);
        Assert.Equal(0, lanes.UnderWay);
    }

    /// <summary>Three of them are more than the backlog may have under way at the start.</summary>
    private static async Task StoreAsync(Outbox outbox, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            var batch = new ReadingBatch();
            batch.Add(new() { Field = batch.AddText("log"u8), Text = batch.AddText(new string('x', 4000)), TimeNs = 1_767_225_600_000_000_000, Sum = double.NaN, Kind = ReadingKind.String });
            Assert.True(await outbox.StoreAsync(batch, TestContext.Current.CancellationToken));
        }
    }
}
