using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Iot.Gateway.Certificates;

/// <summary>SHA-256 of a certificate, a token or a request; a key without allocation.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Fingerprint(ulong A, ulong B, ulong C, ulong D)
{
    public static Fingerprint Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return MemoryMarshal.Read<Fingerprint>(hash);
    }

    /// <summary>From <see cref="ToBytes"/>.</summary>
    public static Fingerprint Parse(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<Fingerprint>(bytes);

    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        MemoryMarshal.Write(bytes, this);
        return bytes;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
