using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>A PKCS#10 request whose signature was verified. Of all that it asks for only the key is taken.</summary>
/// <param name="Bytes">DER.</param>
internal sealed record CertificateSigningRequest(PublicKey Key, ReadOnlyMemory<byte> Bytes, IReadOnlyList<string> Names)
{
    public const int MaxLength = 16 * 1024;

    private const int ShortestRsa = 2048;
    private const int LongestRsa = 8192; // verifying a longer one takes too long
    private const string CommonName = "2.5.4.3";
    private const string WrongKey = "The CSR's key must be ECDSA P-256 or P-384, or RSA of 2048 to 8192 bits.";

    /// <param name="pem">One block CERTIFICATE REQUEST.</param>
    /// <param name="problem">What is wrong, as a sentence; empty when nothing is.</param>
    public static CertificateSigningRequest? Parse(string? pem, out string problem)
    {
        problem = "The CSR must be PKCS#10 in PEM, -----BEGIN CERTIFICATE REQUEST-----, with a valid signature of its own key.";
        if (pem is null or { Length: > MaxLength } || !PemEncoding.TryFind(pem, out var found) || pem.AsSpan()[found.Label] is not ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST"))
            return null;

        try
        {
            var bytes = Convert.FromBase64String(pem[found.Base64Data]);
            var request = CertificateRequest.LoadSigningRequest(
                bytes, HashAlgorithmName.SHA256, out var read, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
            if (read != bytes.Length) return null;

            var names = NamesOf(request);
            problem = IsStrong(request.PublicKey) ? "" : WrongKey;
            return problem.Length == 0 ? new(request.PublicKey, bytes, names) : null;
        }
        catch (NotSupportedException)
        {
            problem = WrongKey; // of a kind that .NET does not know
            return null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null; // not a request, a wrong signature, or a name or an extension that cannot be read
        }
    }

    /// <summary>It may leave the name out, or say whose it is.</summary>
    public bool NamesOnly(DeviceId device) => Names.All(name => name.Equals(device.Value, StringComparison.Ordinal));

    /// <summary>Common names and DNS names: what could be taken for a device's.</summary>
    private static List<string> NamesOf(CertificateRequest request)
    {
        var names = new List<string>();
        foreach (var part in request.SubjectName.EnumerateRelativeDistinguishedNames())
            if (part.GetSingleElementType().Value is CommonName) names.Add(part.GetSingleElementValue() ?? "");

        foreach (var extension in request.CertificateExtensions)
            if (extension is X509SubjectAlternativeNameExtension alternative) names.AddRange(alternative.EnumerateDnsNames());
        return names;
    }

    private static bool IsStrong(PublicKey key)
    {
        using var rsa = key.GetRSAPublicKey();
        if (rsa is not null) return rsa.KeySize is >= ShortestRsa and <= LongestRsa;

        using var ecdsa = key.GetECDsaPublicKey();
        return ecdsa?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value is "1.2.840.10045.3.1.7" or "1.3.132.0.34";
    }
}
