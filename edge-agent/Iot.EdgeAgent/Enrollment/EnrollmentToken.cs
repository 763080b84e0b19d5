using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Iot.Wire;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>What an operator hands over: who this device is to be, where its gateway is, and whom it may trust with the secret in it.</summary>
//
//   base64url of
//   0     1            33             65    66        66 + n
//   | 1 | secret[32] | root SHA-256 | n | device id | the gateway's URL
//
internal sealed record EnrollmentToken(string Text, DeviceId Device, ReadOnlyMemory<byte> Root, Uri Gateway)
{
    private const byte Version = 1;
    private const int RootAt = 33;
    private const int IdAt = RootAt + SHA256.HashSizeInBytes;
    private const int MaxLength = 2048;

    /// <summary>Blanks and line ends around it do not count.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out EnrollmentToken? token, out string whyNot)
    {
        token = null;
        whyNot = "This is no enrollment token of a version that this agent knows. Copy it whole, as 'iot-gateway devices add' printed it.";
        text = text.Trim();
        if (text.Length is 0 or > MaxLength || !Base64Url.IsValid(text)) return false;

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= IdAt || bytes[0] != Version || bytes.Length < IdAt + 1 + bytes[IdAt]) return false;

        var id = Encoding.ASCII.GetString(bytes, IdAt + 1, bytes[IdAt]);
        var url = Encoding.UTF8.GetString(bytes.AsSpan(IdAt + 1 + id.Length));
        if (!DeviceId.TryParse(id, out var device) || !Uri.TryCreate(url, UriKind.Absolute, out var gateway)) return false;

        whyNot = $"The token leads to {gateway}: a secret goes over https only, or to this machine. Set Ca:EnrollUrl of the gateway to its https address and make a new token.";
        if (!IsPrivate(gateway)) return false;

        token = new(text, device, bytes.AsMemory(RootAt, SHA256.HashSizeInBytes), gateway);
        return true;
    }

    /// <summary>What the device keeps of it: SHA-256, hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>What is sent there only the gateway reads.</summary>
    public static bool IsPrivate(Uri url) => url.Scheme is "https" || (url.Scheme is "http" && url.IsLoopback);

    public override string ToString() => $"token of {Device}"; // never the secret
}
