using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Iot.Gateway.Certificates;
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

/// <summary>Which device a client is, of those in the registry, by its certificate or its password. In memory, thread-safe; one hash and one look-up a question.</summary>
/// <remarks>
/// TLS has proved that the client has the certificate's key. Whether we issued it is not asked of its signature but of the registry: what is not there
/// was not issued by us, or is good no more.
/// </remarks>
internal sealed class DeviceIdentity(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Fingerprint, Known> _certificates = new();
    private readonly ConcurrentDictionary<DeviceId, Credentials> _devices = new();

    /// <summary>A device was disabled or removed, has another key or password, or its first: its sessions must end, unless what they showed still <see cref="Holds"/>.</summary>
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

    /// <summary>Null for a device that has none, or does not exist.</summary>
    public DevicePassword? PasswordOf(DeviceId device) => _devices.GetValueOrDefault(device)?.Password;

    /// <summary>Whoever speaks for it must prove that he may: it has had a certificate or a password, or is shut out.</summary>
    public bool NeedsProof(DeviceId device) => _devices.ContainsKey(device);

    /// <summary>What let a client in would let it in again now, by all that a person has said; certificates that have ended since do not count against it.</summary>
    public bool Holds(DeviceProof proof) => proof switch
    {
        { Certificate: { } certificate } => IsGood(certificate),
        { Password: { } password } => _devices.GetValueOrDefault(proof.Device) is { IsDisabled: false } known && ReferenceEquals(known.Password, password),
        _ => !NeedsProof(proof.Device),
    };

    /// <summary>What the registry now says of a device; null when it was removed. One caller at a time.</summary>
    /// <returns>Something that let clients in does not any more.</returns>
    internal bool Set(DeviceId device, RegisteredDevice? said)
    {
        var before = _devices.GetValueOrDefault(device, Nothing);
        var passed = before.Certificates.Where(IsGood).ToList();
        var isDisabled = said?.State == EnrollmentState.Disabled;
        var certificates = said?.Certificates ?? [];
        foreach (var certificate in certificates)
            _certificates[certificate.Fingerprint] = new(device, certificate.NotBefore, certificate.NotAfter, certificate.Revoked, isDisabled);

        Fingerprint[] fingerprints = [.. certificates.Select(certificate => certificate.Fingerprint)];
        foreach (var gone in before.Certificates.Except(fingerprints)) _certificates.TryRemove(gone, out _);

        var password = string.Equals(said?.PasswordHash, before.Password?.Hash, StringComparison.Ordinal) ? before.Password : said?.PasswordHash is { } hash ? new(hash) : null;
        var needsProof = isDisabled || password is not null || fingerprints.Length > 0;
        if (needsProof) _devices[device] = new(fingerprints, password, isDisabled);
        else _devices.TryRemove(device, out _);

        return passed.Exists(fingerprint => !IsGood(fingerprint))
            || (before is { Password: { } old, IsDisabled: false } && (isDisabled || !ReferenceEquals(old, password)))
            || (needsProof && ReferenceEquals(before, Nothing)); // who spoke for it without proof must not go on
    }

    internal void RaiseEnded(DeviceId device) => Ended?.Invoke(device);

    private bool IsGood(Fingerprint fingerprint) => _certificates.TryGetValue(fingerprint, out var known) && known is { IsDisabled: false, IsRevoked: false };

    private static readonly Credentials Nothing = new([], null, IsDisabled: false);

    private sealed record Known(DeviceId Device, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsRevoked, bool IsDisabled);

    private sealed record Credentials(Fingerprint[] Certificates, DevicePassword? Password, bool IsDisabled);
}
