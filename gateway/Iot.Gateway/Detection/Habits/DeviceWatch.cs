using System.Collections.Concurrent;
using Iot.Wire;

namespace Iot.Gateway.Detection.Habits;

/// <summary>Sees every decoded message once, after it has gone to the journal, and compares it with what its device has always done. Thread-safe.</summary>
/// <remarks>
/// The work for a message does not grow with its readings: three sums, the identity, the newest time, and at most once a second four of its values.
/// Memory: about 0.5 KB a device and 0.25 KB a watched series, so 10 MB at the default bounds; the device silent longest goes first.
/// Habits are learned anew after a restart.
/// </remarks>
internal sealed class DeviceWatch(Action<Finding> raise, DetectionOptions options)
{
    private readonly ConcurrentDictionary<DeviceId, DeviceHabits> _devices = new();
    private readonly Lock _adding = new();
    private readonly bool _isOn = options.UnusualRate || options.SequenceRegression || options.ClockJump || options.UnusualValue;
    private readonly SeriesBounds _series = new(options);

    /// <summary>Whose habits are kept.</summary>
    public int Devices => _devices.Count;

    /// <summary>Whose values are watched.</summary>
    public int Series => _series.Count;

    /// <param name="bytes">Of the message as it came.</param>
    /// <param name="takesValues">Its readings are accepted, all of them, and new.</param>
    public void Saw(ReadingBatch batch, long receivedAtNs, int bytes, bool takesValues)
    {
        if (!_isOn || batch.Count == 0) return;

        var habits = _devices.TryGetValue(batch.Device, out var known) ? known : Add(batch.Device, receivedAtNs);
        lock (habits)
        {
            habits.LastSeenNs = receivedAtNs;
            habits.Take(batch, receivedAtNs, bytes, takesValues, options, _series, raise);
        }
    }

    private DeviceHabits Add(DeviceId device, long nowNs)
    {
        lock (_adding)
        {
            if (_devices.Count >= options.Devices) Forget();
            return _devices.GetOrAdd(device, static (_, now) => new() { LastSeenNs = now }, nowNs);
        }
    }

    /// <summary>A quarter at once, so that a flood of new names does not search for each of them.</summary>
    private void Forget()
    {
        foreach (var (device, habits) in _devices.OrderBy(entry => Volatile.Read(ref entry.Value.LastSeenNs)).Take(Math.Max(1, options.Devices / 4)))
        {
            _devices.TryRemove(device, out _);
            lock (habits) habits.Forget(_series);
        }
    }
}
