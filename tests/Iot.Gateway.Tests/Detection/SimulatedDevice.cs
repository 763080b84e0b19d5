using System.Text;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Habits;
using Iot.Wire;

namespace Iot.Gateway.Tests.Detection;

/// <summary>A device with an outbox and a clock, in front of the watch; time is what the test says.</summary>
internal sealed class SimulatedDevice(DeviceWatch watch, string name)
{
    public const long SecondNs = 1_000_000_000;

    private readonly Queue<(ulong Epoch, ulong Seq, long[] TimesNs, double[] Values)> _outbox = new();

    public ulong Epoch { get; set; } = 0xfeed;

    public ulong Seq { get; set; }

    /// <summary>Its clock against the gateway's.</summary>
    public long ClockNs { get; set; }

    public int Readings { get; set; } = 5;

    public int Bytes { get; set; } = 200;

    /// <summary>A batch whose newest reading is of now, into the outbox.</summary>
    public void Measure(long nowNs, Func<int, double>? value = null)
    {
        var newest = nowNs + ClockNs - 12_345_678; // it takes a moment until it is received
        _outbox.Enqueue((Epoch, ++Seq,
            [.. Enumerable.Range(0, Readings).Select(i => newest - ((Readings - 1 - i) * 1_000_001L))],
            [.. Enumerable.Range(0, Readings).Select(i => value?.Invoke(i) ?? 20)]));
    }

    public int Waiting => _outbox.Count;

    public void Drop() => _outbox.Clear();

    /// <summary>Sends the oldest batch; the gateway has it, but the outbox keeps it when the link breaks before the acknowledgement.</summary>
    public void Send(long nowNs, bool isAcknowledged = true, bool hasIdentity = true)
    {
        var (epoch, seq, times, values) = isAcknowledged ? _outbox.Dequeue() : _outbox.Peek();
        watch.Saw(BatchOf(hasIdentity ? new(epoch, seq, 0) : null, times, values), nowNs, Bytes, takesValues: true);
    }

    public void SendAll(long nowNs)
    {
        while (Waiting > 0) Send(nowNs);
    }

    private ReadingBatch BatchOf(BatchIdentity? identity, long[] times, double[] values)
    {
        var batch = new ReadingBatch { Device = DeviceId.Parse(name), Identity = identity };
        for (var i = 0; i < times.Length; i++)
            batch.Add(new() { Field = batch.AddText(Encoding.ASCII.GetBytes($"v{i}")), TimeNs = times[i], Number = values[i], Sum = double.NaN, Kind = ReadingKind.Float });
        return batch;
    }
}

/// <summary>Seconds of a gateway's life.</summary>
internal sealed class SimulatedGateway
{
    public SimulatedGateway(DetectionOptions? options = null)
    {
        Findings = new() { Options = options ?? new() };
        Watch = new(Findings.Raise, Findings.Options);
    }

    public Findings Findings { get; }

    public DeviceWatch Watch { get; private set; }

    public long NowNs { get; private set; } = 1_772_704_800_000_000_123;

    public SimulatedDevice Device(string name = "pump-7") => new(Watch, name);

    public void Wait(double seconds) => NowNs += (long)(seconds * SimulatedDevice.SecondNs);

    /// <summary>For so many seconds, one batch a second.</summary>
    public void Run(SimulatedDevice device, int seconds, Func<int, double>? value = null)
    {
        for (var i = 0; i < seconds; i++)
        {
            device.Measure(NowNs, value);
            device.SendAll(NowNs);
            Wait(1);
        }
    }
}
