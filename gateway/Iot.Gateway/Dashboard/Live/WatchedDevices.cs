using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>The devices somebody looks at. The live feed reads the spool for these only, and only while there are any.</summary>
/// <remarks>Thread-safe. Bounded by the number of subscribers.</remarks>
internal sealed class WatchedDevices
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DeviceValues> _devices = new(StringComparer.Ordinal);
    private TaskCompletionSource _change = NewSignal();
    private long _skips;

    /// <summary>Completes when the first watcher comes or the last goes.</summary>
    public (bool Any, Task Change) State()
    {
        lock (_lock) return (_devices.Count > 0, _change.Task);
    }

    /// <summary>More comes than can be shown: messages were left out.</summary>
    public void Skip() => Interlocked.Increment(ref _skips);

    public DeviceValues? Find(ReadOnlySpan<byte> asciiDevice)
    {
        Span<char> name = stackalloc char[DeviceId.MaxLength];
        if (asciiDevice.Length > name.Length) return null;

        var length = System.Text.Encoding.ASCII.GetChars(asciiDevice, name);
        lock (_lock) return _devices.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out var values) ? values : null;
    }

    public Watch Start(DeviceId device)
    {
        lock (_lock)
        {
            if (!_devices.TryGetValue(device.Value, out var values)) _devices[device.Value] = values = new();
            if (++values.Watchers == 1 && _devices.Count == 1) SignalLocked();
            return new(this, device, values);
        }
    }

    private void Stop(DeviceId device, DeviceValues values)
    {
        lock (_lock)
        {
            if (--values.Watchers > 0) return;

            _devices.Remove(device.Value);
            if (_devices.Count == 0) SignalLocked();
        }
    }

    private void SignalLocked()
    {
        _change.SetResult();
        _change = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One subscriber's interest in one device, until disposed.</summary>
    internal sealed class Watch(WatchedDevices owner, DeviceId device, DeviceValues values) : IDisposable
    {
        private long _version;
        private long _skips = Interlocked.Read(ref owner._skips);

        public ValuesFrame? Next()
        {
            var skips = Interlocked.Read(ref owner._skips);
            var changed = values.ChangedSince(ref _version);
            if (changed.Count == 0 && skips == _skips) return null;

            var frame = new ValuesFrame(device.Value, [.. changed.Select(LiveValueJson.Of)], skips != _skips);
            _skips = skips;
            return frame;
        }

        public void Dispose() => owner.Stop(device, values);
    }
}
