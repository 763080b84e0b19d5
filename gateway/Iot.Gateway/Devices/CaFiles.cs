#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Iot.Journal;

namespace Iot.Gateway.Devices;

/// <summary>The gateway's own CA on disk: a root, and an issuing CA below it, each key in a file of its own that only the gateway's user reads.</summary>
/// <remarks>
/// Made once, each file whole or not there, in the order root.key, root.pem, issuing.key, issuing.pem; a start that was cut off goes on where it stopped.
/// The root's key signs the issuing CA only: it may be kept elsewhere afterwards.
/// </remarks>
internal sealed class CaFiles(string directory, TimeProvider clock, IDisk disk)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(20 * 365);
    private static readonly TimeSpan IssuingLifetime = TimeSpan.FromDays(10 * 365);
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5);

    public string RootKey => Path.Combine(directory, "root.key");

    public string Root => Path.Combine(directory, "root.pem");

    public string IssuingKey => Path.Combine(directory, "issuing.key");

    public string Issuing => Path.Combine(directory, "issuing.pem");

    /// <summary>Makes what is not there yet.</summary>
    /// <returns>True: a new CA was made.</returns>
    /// <exception cref="CaException">Some files are gone, or others may read the keys.</exception>
    public bool Complete()
    {
        string[] inOrder = [RootKey, Root, IssuingKey, Issuing];
        if (inOrder[1..].All(disk.Exists))
        {
            foreach (var key in new[] { RootKey, IssuingKey }.Where(disk.Exists)) CheckMode(key);
            return false;
        }

        var there = inOrder.TakeWhile(disk.Exists).Count();
        if (inOrder[there..].FirstOrDefault(disk.Exists) is { } later)
            throw new CaException(inOrder[there], $"it is not there, but {Path.GetFileName(later)} is", "Put it back from a copy. Nothing was made in its place: devices trust the CA they were given.");

        disk.CreateDirectory(directory);
        File.SetUnixFileMode(directory, OwnerOnly | UnixFileMode.UserExecute);
        using var rootKey = KeyOf(RootKey);
        using var root = CertificateOf(Root, () => NewRoot(rootKey));
        using var issuingKey = KeyOf(IssuingKey);
        using var issuing = CertificateOf(Issuing, () => NewIssuing(issuingKey, root, rootKey));
        return true;
    }

    private ECDsa KeyOf(string path)
    {
        var key = ECDsa.Create();
        if (disk.Exists(path))
        {
            CheckMode(path);
            key.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            key.GenerateKey(ECCurve.NamedCurves.nistP256);
            Write(path, key.ExportPkcs8PrivateKeyPem(), OwnerOnly);
        }

        return key;
    }

    private X509Certificate2 CertificateOf(string path, Func<X509Certificate2> create)
    {
        if (disk.Exists(path)) return X509CertificateLoader.LoadCertificateFromFile(path);

        var certificate = create();
        Write(path, certificate.ExportCertificatePem() + "\n", OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return certificate;
    }

    private X509Certificate2 NewRoot(ECDsa key)
    {
        var request = AuthorityRequest("root", new(key), below: 1);
        var now = clock.GetUtcNow();
        return request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - Backdated, now + RootLifetime, CertificateAuthority.NewSerial());
    }

    private X509Certificate2 NewIssuing(ECDsa key, X509Certificate2 root, ECDsa rootKey)
    {
        var request = AuthorityRequest("issuing CA", new(key), below: 0);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = clock.GetUtcNow();
        return request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), now - Backdated, now + IssuingLifetime, CertificateAuthority.NewSerial());
    }

    /// <param name="what">A part of its name; digits that tell one gateway's CA from another's follow.</param>
    private static CertificateRequest AuthorityRequest(string what, PublicKey key, int below)
    {
        var identifier = new X509SubjectKeyIdentifierExtension(key, critical: false);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"iot-gateway {what} {identifier.SubjectKeyIdentifier![..8].ToLowerInvariant()}");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, below, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(identifier);
        return request;
    }

    private static void CheckMode(string path)
    {
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new CaException(path, "others than its owner may read it", $"Ask who did; then: chmod 600 {path}");
    }

    /// <summary>Whole or not at all, on disk when it returns, and never readable by others in between.</summary>
    private void Write(string path, string pem, UnixFileMode mode)
    {
        var temporary = path + ".new";
        if (disk.Exists(temporary)) disk.Delete(temporary);
        new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }).Dispose();
        using (var file = disk.Open(temporary, writable: true))
        {
            file.Write(Encoding.ASCII.GetBytes(pem), 0);
            file.Sync();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(directory);
    }
}
