using System.Runtime.ExceptionServices;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Timekeeping;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Sensors;

public class SamplingLoopTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly LineLogger _log = new();
    private readonly List<int> _rounds = [];

    [Fact]
    public void A_failing_sensor_is_reported_once_asked_ever_more_rarely_and_its_neighbour_goes_on()
    {
        var broken = new ScriptedSensor("broken", fails: true);
        var good = new ScriptedSensor("good", fails: false);
        var loop = Loop(broken, good);

        Rounds(loop, 100);

        Assert.Equal(100, good.Asked);
        Assert.InRange(broken.Asked, 3, 7); // after 20, 40, 80, 160, 320, 600 s …
        Assert.Single(_log.Lines, line => line.Contains("broken", StringComparison.Ordinal));
        Assert.All(_rounds, readings => Assert.Equal(1, readings));
    }

    [Fact]
    public void A_sensor_that_recovers_is_reported_and_asked_every_round_again()
    {
        var sensor = new ScriptedSensor("shy", fails: true);
        var loop = Loop(sensor);
        Rounds(loop, 1);
        sensor.Fails = false;
        Rounds(loop, 10);

        Assert.Equal(1 + 9, sensor.Asked); // the first failure costs one round more
        Assert.Contains(_log.Lines, line => line.Contains("shy is back", StringComparison.Ordinal));
        Assert.Null(loop.Sensors[0].Failure);
    }

    [Fact]
    public void A_clock_that_is_set_back_two_years_does_not_prolong_the_pause_of_a_failed_sensor()
    {
        var sensor = new ScriptedSensor("shy", fails: true);
        var year = 2028;
        var loop = new SamplingLoop(
            new("g", Interval, [sensor]), batch => _rounds.Add(batch.Count), () => Stamp.Of(_clock.GetUtcNow().AddYears(year - 2026)), _clock, _log, new("sampling", _clock));
        Rounds(loop, 1);
        (sensor.Fails, year) = (false, 2026);
        Rounds(loop, 3);

        Assert.Null(loop.Sensors[0].Failure);
    }

    [Fact]
    public void A_round_before_the_time_is_known_is_recorded_by_the_time_since_boot()
    {
        var sensor = new ScriptedSensor("s", fails: false);
        var times = new List<long>();
        var loop = new SamplingLoop(
            new("g", Interval, [sensor]), batch => times.Add(batch.Readings[0].TimeNs), () => Stamp.Unbound(bootNs: 12_000_999_999, skew: double.NaN), _clock, _log, new("sampling", _clock));
        loop.SampleOnce();

        Assert.Equal([Stamp.UnboundOriginNs + 12_000_000_000], times);
    }

    /// <summary>After a stall the timer gives two ticks at once. Found by a campaign of crashes on a busy machine.</summary>
    [Fact]
    public void Two_rounds_in_one_millisecond_are_one()
    {
        var sensor = new ScriptedSensor("s", fails: false);
        var loop = Loop(sensor);
        loop.SampleOnce();
        _clock.Advance(TimeSpan.FromMicroseconds(900));
        loop.SampleOnce();
        Assert.Equal(1, sensor.Asked);
        Assert.Single(_rounds);

        _clock.Advance(TimeSpan.FromMicroseconds(100));
        loop.SampleOnce();
        Assert.Equal(2, sensor.Asked);
    }

    [Fact]
    public async Task A_thread_that_cannot_be_started_is_reported_and_tried_again()
    {
        var sensor = new ScriptedSensor("s", fails: false);
        var tries = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var loop = new SamplingLoop(new("g", Interval, [sensor]), batch => _rounds.Add(batch.Count), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock))
        {
            StartThread = thread =>
            {
                if (++tries < 3) GC.KeepAlive(new byte[int.MaxValue]); // more than an array may have: OutOfMemoryException, as Thread.Start throws

                thread.Start();
            },
        };
        var running = loop.RunAsync(TimeSpan.Zero, stop.Token);
        Assert.Contains("there is no thread to read it", loop.Sensors[0].Failure, StringComparison.Ordinal);
        while (sensor.Asked == 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            limit.Token.ThrowIfCancellationRequested();
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(3, tries);
        Assert.Single(_log.Lines, line => line.Contains("Sensor s gives nothing: there is no thread", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Contains("Sensor s is back", StringComparison.Ordinal));
    }

    /// <summary>The moment between the end of the wait and the look at the round is had by the exception that the wait throws.</summary>
    [Fact]
    public async Task A_round_that_ends_just_as_its_time_is_up_does_not_end_the_loop()
    {
        using var sensor = new SlowSensor();
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var loop = new SamplingLoop(new("g", Interval, [sensor]), _ => { }, () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock));
        var isOurs = new AsyncLocal<bool> { Value = true }; // other tests run such loops at the same time
        AppDomain.CurrentDomain.FirstChanceException += AnswerNow;
        var running = Task.Run(() => loop.RunAsync(TimeSpan.Zero, stop.Token), limit.Token);
        while (sensor.Rounds < 2 && !running.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            limit.Token.ThrowIfCancellationRequested();
        }

        AppDomain.CurrentDomain.FirstChanceException -= AnswerNow;
        sensor.Answer();
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await running;

        void AnswerNow(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (!isOurs.Value || e.Exception is not TimeoutException || !Environment.StackTrace.Contains(nameof(SamplingLoop), StringComparison.Ordinal)) return;

            sensor.Answer();
            sensor.AwaitAnswered();
        }
    }

    [Fact]
    public async Task It_starts_after_its_phase_and_keeps_its_interval()
    {
        var sensor = new ScriptedSensor("s", fails: false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var loop = new SamplingLoop(new("g", Interval, [sensor]) { Timeout = TimeSpan.FromHours(1) }, batch => _rounds.Add(batch.Count), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock));
        var running = loop.RunAsync(TimeSpan.FromSeconds(3), stop.Token);

        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(0, sensor.Asked);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await sensor.AskedAsync(1);
        _clock.Advance(Interval);
        await sensor.AskedAsync(2);

        await stop.CancelAsync();
        await running;
        Assert.True(sensor.IsDisposed);
    }

    private SamplingLoop Loop(params ScriptedSensor[] sensors) =>
        new(new("g", Interval, sensors), batch => _rounds.Add(batch.Count), () => Stamp.Of(_clock.GetUtcNow()), _clock, _log, new("sampling", _clock));

    private void Rounds(SamplingLoop loop, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            loop.SampleOnce();
            _clock.Advance(Interval);
        }
    }

    private sealed class SlowSensor : ISensor
    {
        private readonly ManualResetEventSlim _answer = new();
        private Thread? _thread;
        private int _rounds;
        private bool _answered;

        public string Name => "slow";

        public int Rounds => Volatile.Read(ref _rounds);

        public void Sample(SensorReadings readings)
        {
            Volatile.Write(ref _thread, Thread.CurrentThread);
            Interlocked.Increment(ref _rounds);
            _answer.Wait(TestContext.Current.CancellationToken);
            Volatile.Write(ref _answered, value: true);
        }

        public void Answer() => _answer.Set();

        /// <summary>Its thread has ended the round and waits for the next.</summary>
        public void AwaitAnswered() => SpinWait.SpinUntil(() => Volatile.Read(ref _answered) && _thread!.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(5));

        public void Dispose() => _answer.Dispose();
    }

    private sealed class ScriptedSensor(string name, bool fails) : ISensor
    {
        private static readonly ReadingName Reading = new("test", "value", Units.Count);
        private readonly SemaphoreSlim _asked = new(0);

        public string Name => name;

        public bool Fails { get; set; } = fails;

        public int Asked { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Sample(SensorReadings readings)
        {
            Asked++;
            _asked.Release();
            if (Fails) throw new IOException("no such device.");

            readings.Add(Reading, Asked);
        }

        public async Task AskedAsync(int times)
        {
            while (Asked < times) await _asked.WaitAsync(TestContext.Current.CancellationToken);
        }

        public void Dispose() => IsDisposed = true;
    }
}
