using Iot.Gateway.Ledger;
using Iot.Testing;
using Iot.Wire;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>What metrics tell of the books: all devices added up.</summary>
public sealed class FleetBooksTests : IDisposable
{
    private const ulong Epoch = 0xfeed;

    private readonly LossyDisk _disk = new(seed: 8);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_sums_are_those_of_the_devices_and_missing_batches_are_held_or_not()
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]);
        foreach (var seq in new ulong[] { 1, 2, 2, 5 }) await core.IngestAsync("pump-7", Epoch, seq); // 3 and 4 are missing, nobody says why
        await core.IngestAsync("pump-8", """[{"epoch":"000000000000beef","seq":9,"first":5,"n":"t","v":1,"t":1700000009}]"""); // 1 to 4 given up, 5 to 8 held
        await core.IngestAsync("pump-9", "[");
        await core.SettledBooksAsync("pump-8");

        var fleet = core.Ledger.Sum(TimeProvider.System.GetUtcNow());

        Assert.Equal(new(6, 6, 4, 1, 1), fleet.Sum);
        Assert.Equal(new SinkBooks("Recording", Stored: 4, Pending: 0, DeadLettered: 0), Assert.Single(fleet.Sinks));
        Assert.Equal((4UL, 2UL), (fleet.MissingHeld, fleet.MissingUnheld));
        Assert.Equal(0, fleet.Unbalanced);
    }

    [Theory]
    [InlineData(1, new[] { 2, 0, 0, 0 })]
    [InlineData(6, new[] { 0, 2, 0, 0 })]
    [InlineData(61, new[] { 0, 0, 2, 0 })]
    [InlineData(1441, new[] { 0, 0, 0, 2 })]
    public async Task Devices_are_counted_by_how_long_they_have_been_silent(int minutes, int[] heard)
    {
        await using var core = await GatewayCore.StartAsync(_disk, _directory, [new RecordingSink()]);
        await core.IngestAsync("pump-7", Epoch, 1);
        await core.IngestAsync("pump-8", Epoch, 1);
        await core.SettledBooksAsync("pump-7");

        Assert.Equal(heard, core.Ledger.Sum(TimeProvider.System.GetUtcNow().AddMinutes(minutes)).Heard);
    }

    [Fact]
    public void Books_that_do_not_come_out_are_counted()
    {
        var fleet = new FleetBooks(DateTimeOffset.UnixEpoch, [new("Influx", 0, 0, 0)]);
        fleet.Add(new(DeviceId.Parse("lost-one")) { Sum = new(1, 3, 1, 1, 1) });
        Assert.Equal(1, fleet.Unbalanced); // one was accepted, and the sink knows nothing of it

        var account = new DeviceAccount(DeviceId.Parse("whole")) { Sum = new(1, 3, 1, 1, 1) };
        account.Sink("Influx").Pending = 1;
        fleet.Add(account);
        Assert.Equal(1, fleet.Unbalanced);

        account.Sum = new(1, 4, 1, 1, 1);
        fleet.Add(account);
        Assert.Equal(2, fleet.Unbalanced);
    }
}
