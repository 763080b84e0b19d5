namespace Iot.EdgeAgent.Enrollment;

/// <summary>What this device shows to the gateway: always what is on disk, so a renewal or a new enrollment counts from the next connection on. Thread-safe.</summary>
internal sealed class Credentials(IdentityFiles files, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _renewed = NewSignal();
    private string? _freshSerial;

    /// <summary>Somebody waits for a certificate: the clock may have been set since anybody looked.</summary>
    public Signal Wanted { get; } = new();

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
            if (!identity.IsExpired(clock.GetUtcNow()) || IsFresh(identity)) return identity;

            Wanted.Set();
            await renewed.WaitAsync(cancellation);
        }
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

        LastFailure = null;
        before.SetResult();
    }

    private bool IsFresh(DeviceIdentity identity)
    {
        lock (_gate) return identity.Serial.Equals(_freshSerial, StringComparison.Ordinal);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
