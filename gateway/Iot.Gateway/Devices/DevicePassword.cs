using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;

namespace Iot.Gateway.Devices;

/// <summary>A device's password, as PBKDF2 leaves it. Immutable but for what it remembers of a proof; thread-safe.</summary>
/// <remarks>
/// A proof costs tens of milliseconds on purpose. After the first a MAC of the right password, under a key that lives as long as the process, makes the next ones cheap:
/// a fleet that comes back at once must not wait for its turn at PBKDF2.
/// </remarks>
internal sealed class DevicePassword(string hash)
{
    /// <summary>Shortest that is taken, in characters.</summary>
    public const int Shortest = 12;

    public const int Longest = 256;

    private static readonly PasswordHasher<DevicePassword> Hasher = new();
    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private byte[]? _proved;

    /// <summary>Of a device that does not exist: as dear to try as any other.</summary>
    public static DevicePassword Nobodys { get; } = Of(NewText());

    /// <summary>What the registry keeps.</summary>
    public string Hash => hash;

    public static DevicePassword Of(string password) => new(Hasher.HashPassword(null!, password)); // the hasher does not look at whose it is

    /// <summary>160 random bits in letters, digits, <c>-</c> and <c>_</c>.</summary>
    public static string NewText() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(20));

    /// <summary>Cheap; true only for a password that was proved before.</summary>
    public bool WasProved(string password) => Volatile.Read(ref _proved) is { } proved && CryptographicOperations.FixedTimeEquals(proved, Tag(password));

    /// <summary>Dear.</summary>
    public bool Prove(string password)
    {
        if (Hasher.VerifyHashedPassword(null!, hash, password) == PasswordVerificationResult.Failed) return false;

        Volatile.Write(ref _proved, Tag(password));
        return true;
    }

    public override string ToString() => "a password"; // never its hash

    private static byte[] Tag(string password) => HMACSHA256.HashData(ProcessKey, Encoding.UTF8.GetBytes(password));
}
