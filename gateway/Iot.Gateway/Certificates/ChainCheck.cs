using System.Security.Cryptography.X509Certificates;

namespace Iot.Gateway.Certificates;

/// <summary>Does a certificate lead to a root? Its dates do not count: a clock may be wrong, and whoever verifies has one of his own.</summary>
internal static class ChainCheck
{
    /// <param name="above">What may stand between them.</param>
    /// <param name="why">Why not, as a phrase.</param>
    public static bool Leads(X509Certificate2 certificate, X509Certificate2Collection above, X509Certificate2 root, DateTimeOffset now, out string why)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(above);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        var leads = chain.Build(certificate);
        why = string.Join(", ", chain.ChainStatus.Where(status => status.Status != X509ChainStatusFlags.NotTimeValid).Select(status => status.StatusInformation.Trim().TrimEnd('.')));
        return leads;
    }
}
