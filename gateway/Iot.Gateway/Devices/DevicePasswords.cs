using System.Net;
using System.Text;
using Iot.Gateway.Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>What became of a user name and a password.</summary>
internal enum PasswordAnswer
{
    Right,

    /// <summary>Also for a device that does not exist: a guesser learns nothing.</summary>
    Wrong,

    Disabled,

    /// <summary>Too many were wrong; this one was not looked at.</summary>
    TooManyAttempts,

    /// <summary>Too many wait for their turn; this one was not looked at.</summary>
    TooManyWaiting,
}

/// <summary>Whether a device that shows a password is who it says. Thread-safe.</summary>
/// <remarks>
/// A few are tried at a time, so that guessers take no more than a share of the processors; as many wait for it as connections may be unfinished, in the order in which they came.
/// Only a password that was proved wrong counts as a guess: a fleet that returns all at once after a restart is let in one after the other.
/// </remarks>
internal sealed class DevicePasswords(DeviceIdentity identity, LimitsOptions limits, TimeProvider clock) : IDisposable
{
    private readonly AttemptLimit _attempts = new(limits, clock);
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <param name="password">As the device sent it.</param>
    public async ValueTask<(PasswordAnswer Answer, DeviceProof Proof)> JudgeAsync(DeviceId device, ReadOnlyMemory<byte> password, IPAddress from, CancellationToken cancellation)
    {
        if (password.Length > DevicePassword.Longest) return (PasswordAnswer.Wrong, default);

        var text = Encoding.UTF8.GetString(password.Span);
        var known = identity.PasswordOf(device);
        var answer = known?.WasProved(text) == true ? PasswordAnswer.Right : await InTurnAsync(device, known, text, from, cancellation);
        var proof = new DeviceProof(device, Certificate: null, known);
        return (answer == PasswordAnswer.Right && !identity.Holds(proof) ? PasswordAnswer.Disabled : answer, proof);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<PasswordAnswer> InTurnAsync(DeviceId device, DevicePassword? known, string text, IPAddress from, CancellationToken cancellation)
    {
        var name = Fingerprint.Of(Encoding.UTF8.GetBytes(device.Value));
        if (!_attempts.MayTry(from, name)) return PasswordAnswer.TooManyAttempts;

        try
        {
            if (Interlocked.Increment(ref _waiting) > limits.UnfinishedConnections) return PasswordAnswer.TooManyWaiting;

            await _turns.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await ProveAsync(name, known, text, from, cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<PasswordAnswer> ProveAsync(Fingerprint name, DevicePassword? known, string text, IPAddress from, CancellationToken cancellation)
    {
        if (known?.WasProved(text) == true) return PasswordAnswer.Right; // while it waited
        if (!_attempts.MayTry(from, name)) return PasswordAnswer.TooManyAttempts;
        if (await Task.Run(() => (known ?? DevicePassword.Nobodys).Prove(text), cancellation) && known is not null) return PasswordAnswer.Right;

        _attempts.Failed(from, name);
        return PasswordAnswer.Wrong;
    }
}
