using Iot.Wire;

namespace Iot.EdgeAgent.Tests.Timekeeping;

/// <summary>What is noted on disk about the time: the highest that was given, and how the boots are bound.</summary>
public sealed class TimeNotesTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TestMachine _machine = new();

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task A_clock_that_is_set_back_again_and_again_gives_no_time_twice_even_over_a_crash()
    {
        _machine.Synchronise();
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
        _machine.Synchronise();
        await _machine.RecordForAsync(TimeSpan.FromMinutes(1), every: Second);
        await _machine.KillAsync(closes: true);
        Assert.Equal(0, _machine.Keeper.Stamp().TimeNs % 1_000_000);
    }

    [Fact]
    public async Task A_disk_that_cannot_note_the_time_holds_what_waits_for_it_until_it_can()
    {
        await File.WriteAllTextAsync(_machine.NotesPath, "in the way", TestContext.Current.CancellationToken); // of the directory
        await _machine.RecordForAsync(TimeSpan.FromMinutes(5), every: TimeSpan.FromMinutes(1));
        _machine.Synchronise();
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
        await _machine.RecordForAsync(TimeSpan.FromMinutes(5), every: TimeSpan.FromMinutes(1));
        _machine.Hear(roundTrip: TimeSpan.Zero);
        await _machine.RecordForAsync(TimeSpan.FromMinutes(5), every: TimeSpan.FromMinutes(1));
        await _machine.RebootAsync(off: TimeSpan.FromMinutes(1));
        var path = Path.Combine(_machine.NotesPath, name);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        _machine.Synchronise();

        var sent = _machine.Sent();
        Assert.Equal(10, sent.Count);
        Assert.All(sent.Take(5), reading => Assert.Equal(name is "boots" ? ClockState.Estimated : ClockState.Rebased, reading.Clock));
        Assert.True(File.Exists(path + ".damaged"));
    }

    [Fact]
    public void A_worse_answer_of_the_gateway_changes_nothing_until_the_better_one_is_old()
    {
        _machine.Hear(roundTrip: TimeSpan.FromMilliseconds(20));
        _machine.Pass(Second);
        _machine.Keeper.Heard(_machine.Truth - TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)); // its question lay in a queue: wrong by 2 s
        Assert.InRange((_machine.Keeper.Now!.Value - _machine.Truth).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(11));

        _machine.Pass(TimeSpan.FromHours(4));
        _machine.Keeper.Heard(_machine.Truth - TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4));
        Assert.InRange((_machine.Keeper.Now!.Value - _machine.Truth).Duration(), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.1));
    }
}
