using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Devices;

public class DeviceClocksTests
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");

    private readonly DeviceClocks _clocks = new();

    [Fact]
    public void The_newest_word_counts_and_silence_changes_nothing()
    {
        Assert.Null(_clocks.Find(Device));
        Saw(1, new(ClockState.Unsynchronised, 3.5));
        Saw(2, clock: null);
        Assert.Equal((ClockState.Unsynchronised, 3.5), Now());

        Saw(3, new(ClockState.Synchronised, -0.012));
        Saw(2, new(ClockState.Unsynchronised, 3.5)); // lay behind in the outbox
        Assert.Equal((ClockState.Synchronised, -0.012), Now());

        Saw(1, new(ClockState.Gateway, double.NaN), epoch: 2); // another life of the outbox
        Assert.Equal((ClockState.Gateway, double.NaN), Now());
    }

    [Fact]
    public void What_was_recorded_before_the_time_was_known_is_counted_and_says_nothing_of_now()
    {
        Saw(1, new(ClockState.Estimated, double.NaN), readings: 5);
        Assert.Null(_clocks.Find(Device)!.Value.State);
        Assert.Empty(_clocks.ByState());

        Saw(2, new(ClockState.Synchronised, 0));
        Saw(3, new(ClockState.Rebased, double.NaN), readings: 7);
        Saw(4, new(ClockState.Rebased, double.NaN), readings: 7);
        Assert.Equal((ClockState.Synchronised, 0.0), Now());
        Assert.Equal((14L, 5L), (_clocks.Find(Device)!.Value.Rebased, _clocks.Find(Device)!.Value.Estimated));
        Assert.Equal([new(ClockState.Synchronised, 1)], _clocks.ByState());
    }

    private (ClockState?, double) Now() => _clocks.Find(Device) is { } found ? (found.State, found.Skew) : default;

    private void Saw(ulong seq, BatchClock? clock, ulong epoch = 1, int readings = 1)
    {
        var batch = new ReadingBatch { Device = Device, Identity = new(epoch, seq, 0), Clock = clock };
        for (var i = 0; i < readings; i++) batch.Add(new() { Number = 1, Kind = ReadingKind.Float });
        _clocks.Saw(batch);
    }
}
