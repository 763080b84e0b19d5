using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>A read that blocks in the kernel cannot be called back. Here it is the opening of a pipe that nobody writes to, as real as a stuck bus.</summary>
public sealed class HangingSensorTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);

    private readonly KernelTree _tree = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly List<string> _handedOver = [];
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _limit.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public async Task A_sensor_that_hangs_is_reported_does_not_wake_the_watchdog_and_is_back_when_its_read_returns()
    {
        var pipe = await PipeAsync();
        var pulse = new Pulse("sampling", _clock);
        using var stop = new CancellationTokenSource();
        using var hwmon = new HwmonSensor(_tree.Sys, _log);
        var loop = new SamplingLoop(new("g", Interval, [hwmon]), batch => _handedOver.AddRange(KernelTree.Lines(batch)), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, pulse);
        var running = loop.RunAsync(TimeSpan.Zero, stop.Token);

        await UntilAsync(() => loop.Sensors[0].Failure is not null, advance: TimeSpan.FromSeconds(1));
        Assert.Equal("hangs: no answer for 10 s.", loop.Sensors[0].Failure);
        Assert.Contains("Sensor hwmon hangs", Assert.Single(_log.Lines), StringComparison.Ordinal);

        for (var minutes = 0; minutes < 3; minutes++)
        {
            _clock.Advance(Interval + Pulse.Grace);
            await UntilAsync(() => !pulse.IsOverdue, advance: TimeSpan.FromSeconds(1)); // it may not wait yet when the clock is advanced
        }

        Assert.Empty(_handedOver);
        await AnswerAsync(pipe);
        await UntilAsync(() => _handedOver.Count > 0, advance: TimeSpan.FromSeconds(1)); // after it is said that it is back
        await stop.CancelAsync();
        await UntilAsync(() => running.IsCompleted, advance: TimeSpan.FromSeconds(1));
        await running;
        Assert.Contains(_log.Lines, line => line.Contains("Sensor hwmon is back", StringComparison.Ordinal));
        Assert.Equal("temperature/chip.temp1=45.5 Cel", _handedOver[0]);
    }

    [Fact]
    public async Task A_sensor_that_hangs_does_not_hold_up_the_end()
    {
        var pipe = await PipeAsync();
        using var stop = new CancellationTokenSource();
        var hwmon = new HwmonSensor(_tree.Sys, _log); // left to its thread, which disposes of it
        var loop = new SamplingLoop(new("g", Interval, [hwmon]), _ => { }, () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock));
        var running = loop.RunAsync(TimeSpan.Zero, stop.Token);
        await UntilAsync(() => loop.Sensors[0].Failure is not null, advance: TimeSpan.FromSeconds(1));

        await stop.CancelAsync();
        await UntilAsync(() => running.IsCompleted, advance: TimeSpan.FromSeconds(1));
        await running;
        await AnswerAsync(pipe); // lets the thread go
    }

    [Fact]
    public void One_hung_loop_of_several_does_not_stop_the_pulse_all_of_them_do()
    {
        var pulse = new Pulse("sampling", _clock);
        pulse.ExpectAtLeast(Interval);
        _clock.Advance(Interval);
        pulse.ExpectAtLeast(Interval); // the other loop
        _clock.Advance(Interval + Pulse.Grace);
        Assert.False(pulse.IsOverdue);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pulse.IsOverdue);
        pulse.End();
        Assert.False(pulse.IsOverdue);
    }

    private async Task<string> PipeAsync()
    {
        _tree.Write("sys/class/hwmon/hwmon0/name", "chip\n");
        var pipe = Path.Combine(_tree.Sys, "class", "hwmon", "hwmon0", "temp1_input");
        Assert.Equal(0, (await RealProcess.RunAsync("mkfifo", [pipe])).ExitCode);
        return pipe;
    }

    /// <summary>The pipe gets a writer, so that its opening returns, and from then on a file is in its place.</summary>
    private async Task AnswerAsync(string pipe)
    {
        await using var writer = new FileStream(pipe, FileMode.Open, FileAccess.Write);
        File.Delete(pipe);
        await File.WriteAllTextAsync(pipe, "45500\n", _limit.Token);
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan advance = default)
    {
        while (!condition())
        {
            _clock.Advance(advance);
            await Task.Yield();
            Assert.False(_limit.IsCancellationRequested, $"It does not come: {string.Join(' ', _log.Lines)}");
        }
    }
}
