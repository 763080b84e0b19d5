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
        await RecordForAsync(TimeSpan.FromHours(1), every: TimeSpan.FromSeconds(30));
        Assert.Empty(_machine.Sent());

        Synchronise();
        await RecordForAsync(TimeSpan.FromMinutes(1), every: TimeSpan.FromSeconds(30));

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
        await RecordForAsync(TimeSpan.FromHours(1), every: TimeSpan.FromMinutes(5));

        Hear(roundTrip: TimeSpan.FromSeconds(1.5));
        await RecordForAsync(TimeSpan.FromMinutes(10), every: TimeSpan.FromMinutes(5));

        var sent = _machine.Sent();
        Assert.Equal(14, sent.Count);
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.Equal((ClockState.Gateway, off.TotalSeconds), (sent[12].Clock!.Value, Math.Round(sent[12].Skew)));
    }

    [Fact]
    public async Task Killed_before_and_after_it_knows_the_time_nothing_has_a_wrong_one()
    {
        _machine.SetWall(At(WrongClocks.First()));
        await RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));
        await _machine.KillAsync();
        await RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));
        Hear(roundTrip: TimeSpan.FromMilliseconds(40));
        await _machine.KillAsync(); // no gateway told this life anything
        await RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));

        var sent = _machine.Sent();
        Assert.Equal(60, sent.Count);
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.Equal(ClockState.Unsynchronised, sent[40].Clock); // counted on
    }

    [Fact]
    public async Task What_is_sent_again_is_the_same_to_the_byte_whatever_the_clock_did_since()
    {
        _machine.SetWall(At(WrongClocks.First()));
        await RecordForAsync(TimeSpan.FromMinutes(20), every: TimeSpan.FromMinutes(1));
        Hear(roundTrip: TimeSpan.FromSeconds(1));
        var before = _machine.Payloads();

        await _machine.KillAsync();
        Synchronise(); // half a second more exact
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
        await RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));
        await _machine.RebootAsync(off: TimeSpan.FromHours(5));
        await RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));
        Synchronise();

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
            await RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));
            await _machine.RebootAsync(off: TimeSpan.FromMinutes(2), closes);
        }

        Synchronise();
        await RecordForAsync(TimeSpan.FromMinutes(30), every: TimeSpan.FromMinutes(1));

        var sent = _machine.Sent();
        Assert.Equal(120, sent.Count);
        Assert.Equal(sent.Select(reading => reading.TimeNs).Order(), sent.Select(reading => reading.TimeNs));
        Assert.All(sent.Take(90), reading => Assert.Equal(ClockState.Estimated, reading.Clock));
        Assert.All(sent.Take(90), reading => Assert.InRange(reading.WrongBy, -TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10))); // as long as it was off, and what was noted ahead
    }

    [Fact]
    public async Task A_clock_that_is_set_back_again_and_again_gives_no_time_twice_even_over_a_crash()
    {
        Synchronise();
        var times = new HashSet<long>();
        for (var step = 0; step < 20; step++)
        {
            for (var i = 0; i < 120; i++)
            {
                Assert.True(times.Add(_machine.Keeper.Stamp().TimeNs), $"step {step}, second {i}");
                _machine.Pass(Second);
            }

            _machine.WallIsOff -= TimeSpan.FromMinutes(step % 3 == 0 ? 4 : 1);
            if (step % 4 == 3) await _machine.KillAsync();
        }

        Assert.All(times, time => Assert.InRange(time % 1_000_000, 0, 20_000));
    }

    [Fact]
    public async Task A_restart_after_a_clean_stop_needs_no_microseconds()
    {
        Synchronise();
        await RecordForAsync(TimeSpan.FromMinutes(1), every: Second);
        await _machine.KillAsync(closes: true);
        Assert.Equal(0, _machine.Keeper.Stamp().TimeNs % 1_000_000);
    }

    [Fact]
    public async Task A_clock_that_somebody_sets_by_hand_is_not_followed_while_nobody_vouches_for_it()
    {
        Synchronise();
        await RecordForAsync(TimeSpan.FromMinutes(1), every: Second);
        (_machine.Vouched, _machine.WallIsOff) = (TimeSource.None, TimeSpan.FromDays(-30)); // as the kernel has it after 'date -s'
        await RecordForAsync(TimeSpan.FromMinutes(1), every: Second);
        (_machine.Vouched, _machine.WallIsOff) = (TimeSource.Kernel, TimeSpan.Zero);
        _machine.Keeper.Look();
        await RecordForAsync(TimeSpan.FromMinutes(1), every: Second);

        var sent = _machine.Sent();
        Assert.All(sent, reading => Assert.InRange(reading.WrongBy, -Second, Second));
        Assert.Equal([ClockState.Synchronised, ClockState.Unsynchronised, ClockState.Synchronised], sent.Where(reading => reading.Clock is not null).Select(reading => reading.Clock!.Value));
    }

    [Fact]
    public async Task Where_nobody_tells_the_time_its_own_goes_out_after_all_patience_and_says_so()
    {
        _machine.WallIsOff = TimeSpan.FromMinutes(3);
        await RecordForAsync(TimeSpan.FromHours(1), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        Assert.Empty(_machine.Sent()); // not connected: nobody waits for it

        _machine.Keeper.Connected();
        await RecordForAsync(TimeSpan.FromMinutes(9), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        Assert.Empty(_machine.Sent());

        await RecordForAsync(TimeSpan.FromMinutes(1), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        await RecordForAsync(TimeSpan.FromMinutes(1), every: TimeSpan.FromMinutes(1));
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
        await RecordForAsync(TimeSpan.FromHours(2), every: TimeSpan.FromMinutes(1));
        _machine.Keeper.Look();
        _machine.Keeper.Heard(DateTimeOffset.UnixEpoch.AddHours(3), TimeSpan.Zero); // nor a gateway that does not know
        Assert.Empty(_machine.Sent());

        Hear(roundTrip: TimeSpan.Zero);
        Assert.Equal(120, _machine.Sent().Count);
    }

    [Fact]
    public async Task A_disk_that_cannot_note_the_time_holds_what_waits_for_it_until_it_can()
    {
        await File.WriteAllTextAsync(_machine.NotesPath, "in the way", TestContext.Current.CancellationToken); // of the directory
        await RecordForAsync(TimeSpan.FromMinutes(5), every: TimeSpan.FromMinutes(1));
        Synchronise();
        Assert.Empty(_machine.Sent());
        Assert.Contains(_machine.Log.Lines, line => line.Contains("cannot be written", StringComparison.Ordinal));

        File.Delete(_machine.NotesPath);
        _machine.Keeper.Look();
        Assert.Equal(5, _machine.Sent().Count);
    }

    [Theory, InlineData("boots"), InlineData("marks")]
    public async Task Damaged_notes_are_set_aside_and_what_waits_is_still_sent(string name)
    {
        _machine.SetWall(DateTimeOffset.UnixEpoch);
        await RecordForAsync(TimeSpan.FromMinutes(5), every: TimeSpan.FromMinutes(1));
        Hear(roundTrip: TimeSpan.Zero);
        await RecordForAsync(TimeSpan.FromMinutes(5), every: TimeSpan.FromMinutes(1));
        await _machine.RebootAsync(off: TimeSpan.FromMinutes(1));
        var path = Path.Combine(_machine.NotesPath, name);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        Synchronise();

        var sent = _machine.Sent();
        Assert.Equal(10, sent.Count);
        Assert.All(sent.Take(5), reading => Assert.Equal(name is "boots" ? ClockState.Estimated : ClockState.Rebased, reading.Clock));
        Assert.True(File.Exists(path + ".damaged"));
    }

    [Fact]
    public void A_worse_answer_of_the_gateway_changes_nothing_until_the_better_one_is_old()
    {
        Hear(roundTrip: TimeSpan.FromMilliseconds(20));
        _machine.Pass(Second);
        _machine.Keeper.Heard(_machine.Truth - TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)); // its question lay in a queue: wrong by 2 s
        Assert.InRange((_machine.Keeper.Now!.Value - _machine.Truth).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(11));

        _machine.Pass(TimeSpan.FromHours(4));
        _machine.Keeper.Heard(_machine.Truth - TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4));
        Assert.InRange((_machine.Keeper.Now!.Value - _machine.Truth).Duration(), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.1));
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private void Synchronise()
    {
        (_machine.Vouched, _machine.WallIsOff) = (TimeSource.Kernel, TimeSpan.Zero);
        _machine.Keeper.Look();
    }

    /// <summary>It told in the middle of the round trip that ends now.</summary>
    private void Hear(TimeSpan roundTrip) => _machine.Keeper.Heard(_machine.Truth - roundTrip / 2, roundTrip);

    private async Task RecordForAsync(TimeSpan time, TimeSpan every)
    {
        for (var end = _machine.Truth + time; _machine.Truth < end; _machine.Pass(every)) await _machine.RecordAsync();
    }
}
