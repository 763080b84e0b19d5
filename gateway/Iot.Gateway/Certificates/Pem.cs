using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Iot.Gateway.Certificates;

/// <summary>Certificates as text, and which of those in a file is a root.</summary>
internal static class Pem
{
    /// <summary>It names itself as who signed it.</summary>
    public static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    public static string ToPem(this IEnumerable<X509Certificate2> certificates) =>
        string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));

    /// <summary>Every certificate in a file, in its order; at least one.</summary>
    /// <exception cref="CaException">It cannot be read as certificates.</exception>
    public static X509Certificate2Collection Read(string path, string remedy)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (CryptographicException e)
        {
            throw new CaException(path, $"it cannot be read as certificates ({e.Message.TrimEnd('.')})", remedy, e);
        }

        return certificates.Count > 0 ? certificates : throw new CaException(path, "no certificate is in it", remedy);
    }

    /// <summary>The first certificate of a file, with the private key of another.</summary>
    /// <exception cref="CaException">One cannot be read, or they do not belong together.</exception>
    public static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(certificate), File.ReadAllText(key));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CaException(certificate, $"it is no certificate, or {key} is not its key ({e.Message.TrimEnd('.')})", "Put the right files there, in PEM and without a password.", e);
        }
    }
}
