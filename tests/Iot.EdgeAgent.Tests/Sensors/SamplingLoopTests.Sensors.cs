using Iot.EdgeAgent.Sensors;

namespace Iot.EdgeAgent.Tests.Sensors;

/// <summary>Sensors that do as a test wants.</summary>
public partial class SamplingLoopTests
{
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

    private sealed class LargeSensor : ISensor
    {
        public string Name => "large";

        public void Sample(SensorReadings readings)
        {
            readings.Add(new("test", "good", ""), 1);
            readings.Add(new("test", "text", ""), new byte[SensorReadings.LongestText + 1]);
            readings.Add(new("test", new string('n', 186), ""), 1);
            readings.Add(new("test", "value", new string('u', 191)), 1);
        }

        public void Dispose()
        {
            // holds nothing
        }
    }

    private sealed class AgedSensor(TimeSpan age) : ISensor
    {
        public string Name => "aged";

        public void Sample(SensorReadings readings) => readings.Add(new("test", "value", Units.Count), 1, age);

        public void Dispose()
        {
            // holds nothing
        }
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
