using System.Threading.Channels;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>Sensors are exchanged for others while the rest goes on.</summary>
public sealed class SamplerTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly Channel<string> _sampled = Channel.CreateUnbounded<string>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_old_ones_end_and_are_closed_before_the_new_ones_count()
    {
        using var stopping = new CancellationTokenSource();
        var old = new NotedSensor("old", _sampled.Writer);
        var sampler = Sampler(old);
        var running = sampler.RunAsync(stopping.Token);
        Assert.Equal("old", await _sampled.Reader.ReadAsync(Stop));

        var exchanged = new TaskCompletionSource<bool>();
        sampler.Exchange([Group(new NotedSensor("new", _sampled.Writer))], () => exchanged.SetResult(old.IsDisposed));

        Assert.True(await exchanged.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Assert.Equal("new", await _sampled.Reader.ReadAsync(Stop));
        Assert.Equal("new", Assert.Single(sampler.Loops).Name);
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_sensor_that_hangs_does_not_hold_up_those_that_replace_it()
    {
        using var stopping = new CancellationTokenSource();
        using var hang = new ManualResetEventSlim();
        var hung = new NotedSensor("hung", _sampled.Writer, hang);
        var sampler = Sampler(hung);
        var running = Task.Run(() => sampler.RunAsync(stopping.Token), Stop);
        Assert.Equal("hung", await _sampled.Reader.ReadAsync(Stop));

        var exchanged = new TaskCompletionSource();
        sampler.Exchange([Group(new NotedSensor("new", _sampled.Writer))], exchanged.SetResult);
        while (!exchanged.Task.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1)); // until it has begun to wait, and then for as long as it waits
            await Task.Yield();
        }

        Assert.Equal("new", await _sampled.Reader.ReadAsync(Stop));
        Assert.Contains(_log.Lines, line => line.Contains("A sensor of hung hangs", StringComparison.Ordinal));
        Assert.False(hung.IsDisposed);
        hang.Set();
        await hung.Disposed.WaitAsync(TimeSpan.FromSeconds(20), Stop); // what it held open is free for those that replace it
        await stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task One_loop_that_fails_ends_all_and_is_seen()
    {
        var sampler = new Sampler(
            [Group(new SpeakingSensor("good")), Group(new SpeakingSensor("bad"))],
            group => new(
                group, _ => Assert.NotEqual("bad", group.Name), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new Pulse("sampling", _clock)),
            _ => TimeSpan.Zero);

        await Assert.ThrowsAsync<Xunit.Sdk.NotEqualException>(() => sampler.RunAsync(Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop));
    }

    [Fact]
    public async Task An_exchange_before_it_runs_counts()
    {
        using var stopping = new CancellationTokenSource();
        var sampler = Sampler(new NotedSensor("old", _sampled.Writer));
        sampler.Exchange([Group(new NotedSensor("new", _sampled.Writer))], () => { });
        var running = sampler.RunAsync(stopping.Token);

        Assert.Equal("new", await LastAsync());
        await stopping.CancelAsync();
        await running;
    }

    private async Task<string> LastAsync()
    {
        var last = await _sampled.Reader.ReadAsync(Stop);
        return last is "new" ? last : await _sampled.Reader.ReadAsync(Stop); // the old one may have had its first round
    }

    private Sampler Sampler(ISensor sensor) => new(
        [Group(sensor)], group => new(group, _ => { }, () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new Pulse("sampling", _clock)), _ => TimeSpan.Zero);

    private static SensorGroup Group(ISensor sensor) => new(sensor.Name, TimeSpan.FromMinutes(1), [sensor]);

    private sealed class SpeakingSensor(string name) : ISensor
    {
        public string Name => name;

        public void Sample(SensorReadings readings) => readings.Add(new("test", name, Units.Count), 1);

        public void Dispose()
        {
            // holds nothing
        }
    }

    private sealed class NotedSensor(string name, ChannelWriter<string> sampled, ManualResetEventSlim? hang = null) : ISensor
    {
        public string Name => name;

        private readonly TaskCompletionSource _disposed = new();

        public bool IsDisposed => Disposed.IsCompleted;

        public Task Disposed => _disposed.Task;

        public void Sample(SensorReadings readings)
        {
            sampled.TryWrite(name);
            hang?.Wait(TestContext.Current.CancellationToken);
        }

        public void Dispose() => _disposed.SetResult();
    }
}
