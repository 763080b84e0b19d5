using System.Security.Cryptography;
using System.Text;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>A key that is no line of the file: the one of the configuration, or the one of this machine. Compared in the same time whatever the answer.</summary>
internal sealed class ConfiguredKey(string text)
{
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Changes with the key; tells nothing of it.</summary>
    public string Stamp => Convert.ToHexString(SHA256.HashData(_hash));

    public bool Matches(string presented) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), _hash);
}
