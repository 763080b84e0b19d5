using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>The one key of the API, and the sessions of browsers that showed it. Every comparison takes the same time.</summary>
/// <remarks>A session is its end and a MAC of it under the key: nothing is kept here, and a new key ends them all.</remarks>
internal sealed class ApiKey(string key, TimeProvider clock)
{
    public static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    private static readonly byte[] Purpose = "iot-gateway session v1"u8.ToArray();
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public bool Matches(string presented) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), _key);

    /// <summary>A session that starts now.</summary>
    public string NewSession() => Base64Url.EncodeToString(Sign((clock.GetUtcNow() + SessionLength).ToUnixTimeSeconds()));

    public bool IsSession(string presented)
    {
        if (!TryDecode(presented, out var session)) return false;

        var ends = BinaryPrimitives.ReadInt64LittleEndian(session);
        return CryptographicOperations.FixedTimeEquals(session, Sign(ends)) && ends > clock.GetUtcNow().ToUnixTimeSeconds();
    }

    private byte[] Sign(long ends)
    {
        var session = new byte[sizeof(long) + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64LittleEndian(session, ends);
        HMACSHA256.HashData(_key, [.. Purpose, .. session.AsSpan(0, sizeof(long))], session.AsSpan(sizeof(long)));
        return session;
    }

    private static bool TryDecode(string presented, out byte[] session)
    {
        session = new byte[sizeof(long) + HMACSHA256.HashSizeInBytes];
        return Base64Url.DecodeFromChars(presented, session, out _, out var length) == OperationStatus.Done && length == session.Length;
    }
}
