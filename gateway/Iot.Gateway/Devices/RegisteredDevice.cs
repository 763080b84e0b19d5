using Iot.Gateway.Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>Where a device stands in the registry. Written to disk: never renumber.</summary>
internal enum EnrollmentState
{
    /// <summary>Expected; it has no certificate yet.</summary>
    Pending = 0,

    Active = 1,

    /// <summary>Shut out by a person, its certificates with it, until it is enabled.</summary>
    Disabled = 2,
}

/// <summary>What a person says of a device.</summary>
/// <param name="Type">Its schema; empty when nobody said.</param>
internal sealed record DeviceDescription(string Type, string Site, IReadOnlyDictionary<string, string> Tags);

/// <param name="LastSeen">Null: never.</param>
/// <param name="TokenUntil">End of a token that was not used yet; null without one.</param>
/// <param name="Certificates">The newest first.</param>
internal sealed record RegisteredDevice(
    DeviceId Id, DeviceDescription Description, EnrollmentState State, DateTimeOffset CreatedAt, DateTimeOffset? LastSeen, DateTimeOffset? TokenUntil,
    IReadOnlyList<DeviceCertificate> Certificates)
{
    /// <summary>Null: it has no password.</summary>
    public string? PasswordHash { get; init; }

    public override string ToString() => $"{Id} ({State})"; // never the hash
}

/// <param name="Serial">Hexadecimal, as openssl prints it.</param>
/// <param name="Root">Which root it leads to; null when it was given before that was noted.</param>
internal sealed record DeviceCertificate(string Serial, Fingerprint Fingerprint, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool Revoked, Fingerprint? Root);
