using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>What this device shows to the gateway: always what is on disk, so a renewal or a new enrollment counts from the next connection on. Thread-safe.</summary>
internal sealed class Credentials(IdentityFiles files, TimeProvider clock, Timekeeper? time = null)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _renewed = NewSignal();
    private string? _freshSerial;

    /// <summary>Somebody waits for a certificate: the clock may have been set since anybody looked.</summary>
    public Signal Wanted { get; } = new();

    /// <summary>The gateway refused this device, and by our time its certificate is good, if we know the time at all: only a renewal can tell.</summary>
    public volatile bool WasRefused;

    /// <summary>Null while nobody knows.</summary>
    public DateTimeOffset? Now => time is null ? clock.GetUtcNow() : time.Now;

    /// <summary>Why the last renewal failed; null when it did not.</summary>
    public volatile string? LastFailure;

    /// <exception cref="IOException">It is damaged, or gone.</exception>
    public DeviceIdentity Current => files.Read() ?? throw new IdentityException(files.Path, "it is not there any more");

    /// <summary>Waits while the certificate is expired: nobody lets it in, it can only be renewed.</summary>
    /// <exception cref="IOException">As <see cref="Current"/>.</exception>
    public async Task<DeviceIdentity> UsableAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task renewed;
            lock (_gate) renewed = _renewed.Task;
            var identity = Current;
            if (Now is not { } now || !identity.IsExpired(now) || IsFresh(identity)) return identity;

            Wanted.Set();
            await renewed.WaitAsync(cancellation);
        }
    }

    /// <summary>The gateway let this device not in.</summary>
    public void Refused()
    {
        WasRefused = true;
        Wanted.Set();
    }

    /// <summary>There is a certificate that the gateway has just given, whatever this machine's clock thinks of it.</summary>
    public void Renewed(DeviceIdentity identity)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            _freshSerial = identity.Serial;
            (before, _renewed) = (_renewed, NewSignal());
        }

        (LastFailure, WasRefused) = (null, false);
        before.SetResult();
    }

    private bool IsFresh(DeviceIdentity identity)
    {
        lock (_gate) return identity.Serial.Equals(_freshSerial, StringComparison.Ordinal);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
