#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Journal;

namespace Iot.Gateway.Certificates;

/// <summary>The gateway's own CA on disk: a root, and an issuing CA below it, each key in a file of its own that only the gateway's user reads.</summary>
/// <remarks>
/// Made once, each file whole or not there, in the order root.key, root.pem, issuing.key, issuing.pem; a start that was cut off goes on where it stopped.
/// The root's key signs the issuing CA only: it may be kept elsewhere afterwards.
/// </remarks>
internal sealed class CaFiles(string directory, TimeProvider clock, IDisk disk)
{
    private const UnixFileMode OwnerOnly = SecretFile.OwnerOnly;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(20 * 365);
    private static readonly TimeSpan IssuingLifetime = TimeSpan.FromDays(10 * 365);
    private static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5);

    public string RootKey => Path.Combine(directory, "root.key");

    public string Root => Path.Combine(directory, "root.pem");

    public string IssuingKey => Path.Combine(directory, "issuing.key");

    public string Issuing => Path.Combine(directory, "issuing.pem");

    /// <summary>This root's key under the name of the root before, signed by that one: who trusts only the one before finds his way. After a rotation only.</summary>
    public string Cross => Path.Combine(directory, "cross.pem");

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

    /// <summary>The key of the root, for a rotation.</summary>
    /// <exception cref="CaException">It is not there, or another's.</exception>
    public ECDsa OpenRootKey()
    {
        if (!disk.Exists(RootKey))
            throw new CaException(RootKey, "the root's key is not there, and it must vouch for the new root", "Put it back for the rotation; nothing was changed.");

        CheckMode(RootKey);
        using var root = X509CertificateLoader.LoadCertificateFromFile(Root);
        using var expected = root.GetECDsaPublicKey();
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(RootKey));
            if (expected is not null && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(expected.ExportSubjectPublicKeyInfo())) return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new CaException(RootKey, $"it is no key ({e.Message.TrimEnd('.')})", "Put the root's key back for the rotation; nothing was changed.", e);
        }

        key.Dispose();
        throw new CaException(RootKey, "it is not the key of root.pem beside it", "Put the root's own key back for the rotation; nothing was changed.");
    }

    /// <summary>Lets the root before vouch for this one, anew when an earlier attempt was cut off.</summary>
    public void WriteCross(CaFiles before, ECDsa beforeKey)
    {
        using var old = X509CertificateLoader.LoadCertificateFromFile(before.Root);
        using var root = X509CertificateLoader.LoadCertificateFromFile(Root);
        using var cross = NewCross(root, old, beforeKey);
        Write(Cross, cross);
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
            SecretFile.Write(disk, path, key.ExportPkcs8PrivateKeyPem());
        }

        return key;
    }

    private X509Certificate2 CertificateOf(string path, Func<X509Certificate2> create)
    {
        if (disk.Exists(path)) return X509CertificateLoader.LoadCertificateFromFile(path);

        var certificate = create();
        Write(path, certificate);
        return certificate;
    }

    private void Write(string path, X509Certificate2 certificate) =>
        SecretFile.Write(disk, path, certificate.ExportCertificatePem() + "\n", OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    private X509Certificate2 NewRoot(ECDsa key)
    {
        var request = AuthorityRequest("root", new(key), below: 2);
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

    /// <summary>The same subject and key as the root's own certificate, for as long as the root before holds.</summary>
    private X509Certificate2 NewCross(X509Certificate2 root, X509Certificate2 old, ECDsa oldKey)
    {
        var request = new CertificateRequest(root.SubjectName, root.PublicKey, HashAlgorithmName.SHA256);
        foreach (var extension in root.Extensions) request.CertificateExtensions.Add(extension);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(old, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(old.SubjectName, X509SignatureGenerator.CreateForECDsa(oldKey), clock.GetUtcNow() - Backdated, new(old.NotAfter.ToUniversalTime()), CertificateAuthority.NewSerial());
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
}
