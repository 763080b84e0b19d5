using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Iot.Gateway.Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>What a person carries to a device: who it is to be, a secret, and whom it may trust with it.</summary>
/// <remarks>
/// The text is base64url of: version 1, 32 random bytes, SHA-256 of the root's certificate, length of the device id, the id, the gateway's URL.
/// The gateway keeps only the hash of all of it, so nothing in it can be changed.
/// </remarks>
internal sealed record EnrollmentToken(DeviceId Device, ReadOnlyMemory<byte> Secret, Fingerprint Root, Uri Url)
{
    private const byte Version = 1;
    private const int SecretSize = 32;
    private const int HashSize = SHA256.HashSizeInBytes;
    private const int IdAt = 1 + SecretSize + HashSize;
    private const int MaxLength = 2048;

    public static EnrollmentToken Create(DeviceId device, Fingerprint root, Uri url) => new(device, RandomNumberGenerator.GetBytes(SecretSize), root, url);

    /// <summary>What the registry keeps of it.</summary>
    public Fingerprint Hash => Fingerprint.Of(Bytes());

    /// <summary>The text: letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Text => Base64Url.EncodeToString(Bytes());

    /// <summary>Null when the text is no token of ours.</summary>
    public static EnrollmentToken? Parse(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength } || !Base64Url.IsValid(text)) return null;

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= IdAt || bytes[0] != Version || bytes.Length < IdAt + 1 + bytes[IdAt]) return null;

        var id = bytes.AsSpan(IdAt + 1, bytes[IdAt]);
        var url = bytes.AsSpan(IdAt + 1 + id.Length);
        return DeviceId.TryParse(Encoding.ASCII.GetString(id), out var device) && Uri.TryCreate(Encoding.UTF8.GetString(url), UriKind.Absolute, out var address)
            ? new(device, bytes.AsMemory(1, SecretSize), Fingerprint.Parse(bytes.AsSpan(1 + SecretSize, HashSize)), address)
            : null;
    }

    public override string ToString() => $"token of {Device}"; // never the secret

    private byte[] Bytes() =>
    [
        Version, .. Secret.Span, .. Root.ToBytes(), (byte)Device.Value.Length, .. Encoding.ASCII.GetBytes(Device.Value), .. Encoding.UTF8.GetBytes(Url.AbsoluteUri),
    ];
}
