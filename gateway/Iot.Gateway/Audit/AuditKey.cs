using System.Security.Cryptography;
using Iot.Journal;

namespace Iot.Gateway.Audit;

/// <summary>The gateway's own key that signs checkpoints: ECDSA P-256, made at first use, for nobody but the gateway to read.</summary>
internal sealed class AuditKey(ECDsa key) : IDisposable
{
    private const string PrivateName = "audit.key";
    private const string PublicPattern = "audit-key-*.pem";

    public string Fingerprint { get; } = FingerprintOf(key);

    /// <summary>Of the public key, as OpenSSL computes it over its DER form; the first half.</summary>
    public static string FingerprintOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..32];

    /// <summary>DER, which <c>openssl dgst -sha256 -verify</c> takes as it is.</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes) => key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public static bool Verifies(ECDsa key, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        key.VerifyData(bytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The key of <paramref name="directory"/>. A file that holds none is set aside; where there is none, one is made.</summary>
    /// <param name="isNew">It was made just now.</param>
    public static AuditKey Open(string directory, out bool isNew)
    {
        var path = Path.Combine(directory, PrivateName);
        var read = File.Exists(path) ? TryRead(File.ReadAllText(path)) : null;
        isNew = read is null;
        if (read is not null) return new(read);

        if (File.Exists(path)) File.Move(path, path + ".damaged", overwrite: true);
        return Make(directory, path);
    }

    public static string PublicPath(string directory, string fingerprint) => Path.Combine(directory, $"audit-key-{fingerprint}.pem");

    /// <summary>Public keys that the directory keeps, by fingerprint: those of lost keys, too.</summary>
    public static Dictionary<string, ECDsa> PublicKeys(string directory)
    {
        var keys = new Dictionary<string, ECDsa>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(directory, PublicPattern))
            if (TryRead(File.ReadAllText(file)) is { } key) keys[FingerprintOf(key)] = key;
        return keys;
    }

    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static ECDsa ReadPublic(string file) => TryRead(File.ReadAllText(file))
        ?? throw new InvalidDataException($"'{file}' holds no key: give the PEM file that lies beside the log as audit-key-….pem.");

    public void Dispose() => key.Dispose();

    private static AuditKey Make(string directory, string path)
    {
        var made = new AuditKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var temporary = path + ".new";
        File.Delete(temporary);
        WriteSynced(PublicPath(directory, made.Fingerprint), made.PublicPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        WriteSynced(temporary, made.PrivatePem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(temporary, path, overwrite: true);
        new PosixDisk().SyncDirectory(directory);
        return made;
    }

    private string PublicPem() => key.ExportSubjectPublicKeyInfoPem();

    private string PrivatePem() => key.ExportPkcs8PrivateKeyPem();

    private static void WriteSynced(string path, string pem, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode; // from its first moment, not after
        using var file = new FileStream(path, options);
        using var text = new StreamWriter(file);
        text.Write(pem);
        text.Flush();
        file.Flush(flushToDisk: true); // a key lost in a power cut is made anew, and said so
    }

    private static ECDsa? TryRead(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null; // the caller says which file
        }
    }
}
