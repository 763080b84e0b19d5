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
    TooManyAttempts,
}

/// <summary>Whether a device that shows a password is who it says. A few are tried at a time, so that guessers take no more than a share of the processors. Thread-safe.</summary>
internal sealed class DevicePasswords(DeviceIdentity identity, TimeProvider clock) : IDisposable
{
    private readonly AttemptLimit _attempts = new(clock);
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <param name="password">As the device sent it.</param>
    public async ValueTask<(PasswordAnswer Answer, DeviceProof Proof)> JudgeAsync(DeviceId device, ReadOnlyMemory<byte> password, IPAddress from, CancellationToken cancellation)
    {
        if (password.Length > DevicePassword.Longest) return (PasswordAnswer.Wrong, default);

        var text = Encoding.UTF8.GetString(password.Span);
        var known = identity.PasswordOf(device);
        var proof = new DeviceProof(device, Certificate: null, known);
        if (known?.WasProved(text) == true) return (identity.Holds(proof) ? PasswordAnswer.Right : PasswordAnswer.Disabled, proof);

        // Who guesses from elsewhere must not shut the device out: the bound is for this name from this network.
        if (_attempts.Begin(from, Fingerprint.Of(Encoding.UTF8.GetBytes($"{AddressSite.Of(from)} {device}"))) is not { } attempt)
            return (PasswordAnswer.TooManyAttempts, default);

        if (!await ProveAsync(known ?? DevicePassword.Nobodys, text, cancellation) || known is null) return (PasswordAnswer.Wrong, default);

        attempt.Succeeded();
        return (identity.Holds(proof) ? PasswordAnswer.Right : PasswordAnswer.Disabled, proof);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<bool> ProveAsync(DevicePassword password, string text, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => password.Prove(text), cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }
}
