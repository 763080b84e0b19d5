using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Iot.EdgeAgent.Updating;

/// <summary>What a signed release file says of a package: two lines, the first signed by the second.</summary>
//
//   {"package":"iot-edge-agent","version":"1.4.0","architecture":"arm64","file":"iot-edge-agent_1.4.0_arm64.deb","size":4123456,"sha256":"…64 hex…"}
//   BASE64                   ECDSA P-256 over SHA-256 of the first line without its line end, DER as openssl writes it (RFC 3279)
//
internal sealed partial class Release
{
    public const string Package = "iot-edge-agent";
    public const string VersionPattern = "[0-9][0-9A-Za-z.+~]{0,63}";

    /// <summary>Largest release file, in bytes.</summary>
    public const int MaxFileBytes = 4096;

    /// <summary>Largest package, in bytes.</summary>
    public const long MaxPackageBytes = 64L << 20;

    private Release(ReleaseJson json) => (Version, Size, Hash) = (json.Version, json.Size, Convert.FromHexString(json.Sha256));

    public string Version { get; }

    /// <summary>Of the package, in bytes.</summary>
    public long Size { get; }

    /// <summary>SHA-256 of the package.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    /// <summary>As Debian calls this machine.</summary>
    public static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "armhf",
        var other => other.ToString(),
    };

    public static bool IsVersion(string text) => Versions().IsMatch(text);

    /// <summary>How the two files of a version for this machine are called.</summary>
    public static (string Release, string Package) FilesOf(string version) =>
        ($"{Package}_{version}_{Architecture}.release", $"{Package}_{version}_{Architecture}.deb");

    /// <summary>Believes nothing that <paramref name="key"/> did not sign, and nothing that is for another program or machine.</summary>
    /// <returns>Null with the reason, a sentence.</returns>
    public static Release? Verify(ReadOnlySpan<byte> file, ECDsa key, out string whyNot)
    {
        var end = file.IndexOf((byte)'\n');
        if (file.Length > MaxFileBytes || end < 0 || !TryBase64(file[(end + 1)..].TrimEnd("\r\n"u8), out var signature))
            return No("It is no release file: two lines, JSON and a signature.", out whyNot);

        var line = file[..end];
        if (!key.VerifyData(line, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            return No($"Its signature is not of the key in {UpdatePaths.KeyFile}.", out whyNot);

        return Parse(line, out whyNot);
    }

    private static Release? Parse(ReadOnlySpan<byte> line, out string whyNot)
    {
        ReleaseJson? json;
        try
        {
            json = JsonSerializer.Deserialize(line, UpdateFormat.Default.ReleaseJson);
        }
        catch (JsonException e)
        {
            return No($"It cannot be read: {e.Message}", out whyNot);
        }

        if (json is null || !json.Package.Equals(Package, StringComparison.Ordinal)) return No($"It is not for {Package}.", out whyNot);
        if (!json.Architecture.Equals(Architecture, StringComparison.Ordinal)) return No($"It is for {json.Architecture}, and this machine is {Architecture}.", out whyNot);
        if (!IsVersion(json.Version)) return No("It names no version.", out whyNot);
        if (json.Size is <= 0 or > MaxPackageBytes) return No($"A package of {json.Size} bytes is not taken.", out whyNot);
        if (json.Sha256.Length != 64 || !json.Sha256.All(char.IsAsciiHexDigit)) return No("It names no SHA-256.", out whyNot);

        whyNot = "";
        return new(json);
    }

    private static Release? No(string reason, out string whyNot)
    {
        whyNot = reason;
        return null;
    }

    private static bool TryBase64(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IsEmpty || !Base64.IsValid(text, out var length)) return false;

        bytes = new byte[length];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == length;
    }

    [GeneratedRegex($@"\A{VersionPattern}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Versions();
}
