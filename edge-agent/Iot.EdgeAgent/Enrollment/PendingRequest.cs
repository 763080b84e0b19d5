using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Wire;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>A key and the request signed with it. Sent again unchanged it gets the same certificate, so it is kept until that is on disk.</summary>
internal sealed class PendingRequest(RequestJson json)
{
    public string KeyPem => json.Key;

    public string CsrPem => json.Csr;

    internal RequestJson Json => json;

    public static PendingRequest Create(DeviceId device)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(device.Value);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        return new(new(device.Value, key.ExportPkcs8PrivateKeyPem(), request.CreateSigningRequestPem()));
    }

    /// <summary>False for what was kept by mistake: another device's, or one whose certificate is in use already.</summary>
    public bool IsFor(DeviceId device, DeviceIdentity? current)
    {
        if (!json.Device.Equals(device.Value, StringComparison.Ordinal)) return false;
        if (current is null) return true;

        using var certificate = current.Certificate();
        using var key = Key();
        return !certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Proof for the gateway that who asks for the next certificate has the key of the one before.</summary>
    public byte[] SignedBy(DeviceIdentity current)
    {
        using var certificate = current.Certificate();
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.SignData(Der(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public override string ToString() => json.ToString();

    private byte[] Der() => Convert.FromBase64String(CsrPem[PemEncoding.Find(CsrPem).Base64Data]);

    private ECDsa Key()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(KeyPem);
        return key;
    }
}
