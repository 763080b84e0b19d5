using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Timekeeping;

/// <summary>From stamps to what is sent, by a real outbox; an hour takes a second.</summary>
public sealed class TimekeeperTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TestMachine _machine = new();

    public static TheoryData<string> WrongClocks => ["1970-01-01T00:00:07Z", "2028-06-01T08:00:00Z", "2026-06-01T07:59:30Z"];

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Theory, MemberData(nameof(WrongClocks))]
    public async Task An_hour_recorded_with_a_wrong_clock_has_its_true_times_once_the_kernel_is_synchronised(string wrong)
    {
        _machine.SetWall(At(wrong));
        await _machine.RecordForAsync(TimeSpan.FromHours(1), every: TimeSpan.FromSeconds(30));
        Assert.Empty(_machine.Sent());

        _machine.Synchronise();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: TimeSpan.FromSeconds(30));

        var sent = _machine.Sent();
        Assert.Equal(122, sent.Count);
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.All(sent.Take(120), reading => Assert.Equal(ClockState.Rebased, reading.Clock));
        Assert.Equal(ClockState.Synchronised, sent[120].Clock);
        Assert.Equal(Enumerable.Range(1, 122).Select(seq => (ulong)seq), sent.Select(reading => reading.Seq));
    }

    [Theory, MemberData(nameof(WrongClocks))]
    public async Task Without_any_other_source_the_gateway_s_time_is_taken_with_half_the_round_trip(string wrong)
    {
        _machine.SetWall(At(wrong));
        var off = _machine.WallIsOff;
        await _machine.RecordForAsync(TimeSpan.FromHours(1), every: TimeSpan.FromMinutes(5));

        _machine.Hear(roundTrip: TimeSpan.FromSeconds(1.5));
        await _machine.RecordForAsync(TimeSpan.FromMinutes(10), every: TimeSpan.FromMinutes(5));

        var sent = _machine.Sent();
        Assert.Equal(14, sent.Count);
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.Equal((ClockState.Gateway, off.TotalSeconds), (sent[12].Clock!.Value, Math.Round(sent[12].Skew)));
    }

    [Fact]
    public async Task Killed_before_and_after_it_knows_the_time_nothing_has_a_wrong_one()
    {
        _machine.SetWall(At(WrongClocks.First()));
        await _machine.RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));
        await _machine.KillAsync();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));
        _machine.Hear(roundTrip: TimeSpan.FromMilliseconds(40));
        await _machine.KillAsync(); // no gateway told this life anything
        await _machine.RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));

        var sent = _machine.Sent();
        Assert.Equal(60, sent.Count);
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.Equal(ClockState.Unsynchronised, sent[40].Clock); // counted on
    }

    [Fact]
    public async Task What_is_sent_again_is_the_same_to_the_byte_whatever_the_clock_did_since()
    {
        _machine.SetWall(At(WrongClocks.First()));
        await _machine.RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));
        _machine.Hear(roundTrip: TimeSpan.FromSeconds(1));
        var before = _machine.Payloads();

        await _machine.KillAsync();
        _machine.Synchronise(); // half a second more exact
        _machine.WallIsOff = TimeSpan.FromSeconds(0.5);
        _machine.Keeper.Look();
        var again = _machine.Payloads();
        await _machine.RebootAsync(off: TimeSpan.FromHours(1));

        Assert.Equal(20, before.Count);
        Assert.Equal(before, again);
        Assert.Equal(before, _machine.Payloads());
    }

    [Fact]
    public async Task A_boot_that_ended_before_its_time_was_known_has_it_from_the_next_when_a_battery_keeps_the_wrong_clock()
    {
        _machine.SetWall(At("2028-06-01T08:00:00Z"));
        await _machine.RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));
        await _machine.RebootAsync(off: TimeSpan.FromHours(5));
        await _machine.RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));
        _machine.Synchronise();

        var sent = _machine.Sent();
        Assert.Equal(60, sent.Count);
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.All(sent.Take(30), reading => Assert.Equal(ClockState.Estimated, reading.Clock));
        Assert.All(sent.Skip(30), reading => Assert.Equal(ClockState.Rebased, reading.Clock));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Without_a_battery_it_is_placed_before_the_next_in_true_order_and_sent(bool closes)
    {
        for (var boot = 0; boot < 3; boot++)
        {
            _machine.SetWall(DateTimeOffset.UnixEpoch.AddSeconds(20));
            await _machine.RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));
            await _machine.RebootAsync(off: TimeSpan.FromMinutes(2), closes);
        }

        _machine.Synchronise();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));

        var sent = _machine.Sent();
        Assert.Equal(120, sent.Count);
        Assert.Equal(sent.Select(reading => reading.TimeNs).Order(), sent.Select(reading => reading.TimeNs));
        Assert.All(sent.Take(90), reading => Assert.Equal(ClockState.Estimated, reading.Clock));
        Assert.All(sent.Take(90), reading => Assert.InRange(reading.WrongBy, -TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10))); // as long as it was off, and what was noted ahead
    }

    [Fact]
    public async Task A_clock_that_somebody_sets_by_hand_is_not_followed_while_nobody_vouches_for_it()
    {
        _machine.Synchronise();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: Second);
        (_machine.Vouched, _machine.WallIsOff) = (TimeSource.None, TimeSpan.FromDays(-30)); // as the kernel has it after 'date -s'
        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: Second);
        (_machine.Vouched, _machine.WallIsOff) = (TimeSource.Kernel, TimeSpan.Zero);
        _machine.Keeper.Look();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: Second);

        var sent = _machine.Sent();
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.Equal([ClockState.Synchronised, ClockState.Unsynchronised, ClockState.Synchronised], sent.Where(reading => reading.Clock is not null).Select(reading => reading.Clock!.Value));
    }

    [Fact]
    public async Task Where_nobody_tells_the_time_its_own_goes_out_after_all_patience_and_says_so()
    {
        _machine.WallIsOff = TimeSpan.FromMinutes(3);
        await _machine.RecordForAsync(TimeSpan.FromHours(1), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        Assert.Empty(_machine.Sent()); // not connected: nobody waits for it

        _machine.Keeper.Connected();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(9), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        Assert.Empty(_machine.Sent());

        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: TimeSpan.FromMinutes(1));
        var sent = _machine.Sent();
        Assert.Equal(71, sent.Count);
        Assert.Equal((ClockState.Estimated, ClockState.Unsynchronised), (sent[0].Clock, sent[70].Clock));
        Assert.Contains(_machine.Log.Lines, line => line.Contains("Time:TrustClock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_at_1970_is_never_taken_for_true_and_its_readings_are_kept()
    {
        _machine.SetWall(DateTimeOffset.UnixEpoch);
        _machine.Vouched = TimeSource.Trusted;
        _machine.Keeper.Connected();
        await _machine.RecordForAsync(TimeSpan.FromHours(2), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        _machine.Keeper.Heard(DateTimeOffset.UnixEpoch.AddHours(3), TimeSpan.Zero); // nor a gateway that does not know
        Assert.Empty(_machine.Sent());

        _machine.Hear(roundTrip: TimeSpan.Zero);
        Assert.Equal(120, _machine.Sent().Count);
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
