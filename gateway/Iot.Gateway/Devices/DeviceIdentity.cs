using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>Whether a TLS client is one of our devices.</summary>
internal enum IdentityRefusal
{
    None,

    /// <summary>Of another issuer, or of a device that was removed.</summary>
    Unknown,

    NotYetValid,
    Expired,
    Revoked,
    Disabled,
}

/// <param name="Device">Whose certificate it is; also when it is refused, except for <see cref="IdentityRefusal.Unknown"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IdentityAnswer(DeviceId Device, IdentityRefusal Refusal);

/// <summary>Which device a client certificate is, of those in the registry. In memory, thread-safe; one hash and one look-up a question.</summary>
/// <remarks>
/// TLS has proved that the client has the certificate's key. Whether we issued it is not asked of its signature but of the registry: what is not there
/// was not issued by us, or is good no more.
/// </remarks>
internal sealed class DeviceIdentity(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Fingerprint, Known> _certificates = new();
    private readonly ConcurrentDictionary<DeviceId, Fingerprint[]> _devices = new();

    /// <summary>A device was disabled or removed, or enrolled anew with another key: its sessions must end, unless <see cref="Identify(X509Certificate2)"/> lets their certificate pass.</summary>
    /// <remarks>Raised on the thread that made the change, after it is on disk: do not block.</remarks>
#pragma warning disable MA0046 // there is one: a sender and an EventArgs would say nothing
    public event Action<DeviceId>? Ended;
#pragma warning restore MA0046

    public IdentityAnswer Identify(X509Certificate2 certificate) => Identify(Fingerprint.Of(certificate.RawDataMemory.Span));

    public IdentityAnswer Identify(Fingerprint fingerprint)
    {
        if (!_certificates.TryGetValue(fingerprint, out var known)) return new(default, IdentityRefusal.Unknown);

        var now = clock.GetUtcNow();
        return new(known.Device, known switch
        {
            { IsDisabled: true } => IdentityRefusal.Disabled,
            { IsRevoked: true } => IdentityRefusal.Revoked,
            _ when now < known.NotBefore => IdentityRefusal.NotYetValid,
            _ when now > known.NotAfter => IdentityRefusal.Expired,
            _ => IdentityRefusal.None,
        });
    }

    /// <summary>What the registry now says of a device. One caller at a time.</summary>
    /// <param name="certificates">Empty for one that was removed.</param>
    /// <returns>A certificate that was good is not any more.</returns>
    internal bool Set(DeviceId device, bool isDisabled, IReadOnlyCollection<DeviceCertificate> certificates)
    {
        var before = _devices.GetValueOrDefault(device, []);
        var passed = before.Where(IsGood).ToList();
        foreach (var certificate in certificates)
            _certificates[certificate.Fingerprint] = new(device, certificate.NotBefore, certificate.NotAfter, certificate.Revoked, isDisabled);

        Fingerprint[] now = [.. certificates.Select(certificate => certificate.Fingerprint)];
        foreach (var gone in before.Except(now)) _certificates.TryRemove(gone, out _);
        if (now.Length > 0) _devices[device] = now;
        else _devices.TryRemove(device, out _);
        return passed.Exists(fingerprint => !IsGood(fingerprint));
    }

    internal void RaiseEnded(DeviceId device) => Ended?.Invoke(device);

    private bool IsGood(Fingerprint fingerprint) => _certificates.TryGetValue(fingerprint, out var known) && known is { IsDisabled: false, IsRevoked: false };

    private sealed record Known(DeviceId Device, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsRevoked, bool IsDisabled);
}
