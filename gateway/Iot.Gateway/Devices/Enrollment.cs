using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Gateway.Certificates;
using Iot.Wire;

namespace Iot.Gateway.Devices;

/// <summary>Gives devices their certificates: the first for a token, the next for the one before. A refusal is an answer.</summary>
internal sealed class Enrollment(
    DeviceRegistry registry, Authorities authorities, ServerCertificate server, PublicAddresses addresses, CaOptions options, EnrollmentMetrics metrics, LimitsOptions limits, TimeProvider clock,
    ILogger<Enrollment> logger)
{
    private readonly AttemptLimit _attempts = new(limits, clock);
    private readonly ToldCertificates _told = new();
    private readonly CertificateRecords _records = new(registry, options, clock);

    /// <summary>The issuing CA of devices and all above it, the root last.</summary>
    public string ChainPem => authorities.Current.ChainPem;

    /// <summary>Every root that a device should trust when it meets this gateway; null when the operator's own server certificate comes without one, or cannot be used.</summary>
    public string? RootsPem => server.Now is { Roots: { Count: > 0 } roots } ? roots.ToPem() : null;

    /// <summary>Why no device could be told now whom to trust, as sentences; null when all is well.</summary>
    public string? WhyNoToken => server.Now switch
    {
        null => server.Problem,
        { Roots.Count: 0 } => "The root above the server certificate is not in Tls:CertificateFile, so a device could not be told whom to trust. Put it behind the certificate, or give it as Tls:RootFile.",
        _ => null,
    };

    /// <summary>The server certificate leads to a root that systems trust by themselves: whoever has no root of ours yet can check it.</summary>
    public bool IsShownToBeKnown => server.LeadsToSystemRoot;

    public PublicAddresses Addresses => addresses;

    /// <summary>A new token for a device of the registry; an older one is void.</summary>
    /// <returns>Null: no such device, or it is disabled, or see <see cref="WhyNoToken"/>.</returns>
    public EnrollmentToken? NewToken(DeviceId device, TimeSpan? validFor, out DateTimeOffset until)
    {
        until = clock.GetUtcNow() + (validFor ?? options.TokenLifetime);
        if (server.Now is not { Roots: [var root, ..] }) return null;

        var token = EnrollmentToken.Create(device, Fingerprint.Of(root.RawDataMemory.Span), addresses.Enroll);
        if (!registry.SetToken(device, token.Hash, until)) return null;

        logger.TokenMade(device, until);
        return token;
    }

    /// <summary>The first certificate, or one for a new key: earlier ones are revoked.</summary>
    public EnrollmentAnswer Enroll(string? token, string? csr, IPAddress from)
    {
        var shown = EnrollmentToken.Parse(token);
        return Bounded(from, shown?.Hash, metrics.Enrollment, () => EnrollUnbounded(shown, csr));
    }

    /// <summary>The next certificate, for the same key or a new one. The one before stays good until its end.</summary>
    /// <param name="signature">Of the certificate's key over the CSR's DER: proof that it is the device that asks.</param>
    public EnrollmentAnswer Renew(string? certificate, string? csr, byte[]? signature, IPAddress from)
    {
        using var shown = Read(certificate);
        return Bounded(from, shown is null ? null : Fingerprint.Of(shown.RawDataMemory.Span), metrics.Renewal, () => RenewUnbounded(shown, csr, signature ?? []));
    }

    /// <summary>Whether the audit log must hold it before it leaves: the same answer was not told since the start. A device may ask the same question as often as it likes.</summary>
    public bool IsNews(EnrollmentAnswer answer) => !_told.Contains(answer.Certificate);

    /// <summary>The audit log holds it.</summary>
    public void Told(EnrollmentAnswer answer) => _told.Add(answer.Certificate);

    private EnrollmentAnswer EnrollUnbounded(EnrollmentToken? token, string? csr)
    {
        if (token is null) return EnrollmentAnswer.Refused(EnrollmentRefusal.Unknown);
        if (CertificateSigningRequest.Parse(csr, out var problem) is not { } request) return EnrollmentAnswer.BadRequest(problem);
        if (!request.NamesOnly(token.Device)) return EnrollmentAnswer.Refused(EnrollmentRefusal.OtherDevice);

        return _records.Enroll(token.Device, token.Hash, Fingerprint.Of(request.Bytes.Span), () => authorities.Current.Issue(token.Device, request.Key, clock.GetUtcNow()));
    }

    private EnrollmentAnswer RenewUnbounded(X509Certificate2? certificate, string? csr, byte[] signature)
    {
        if (certificate is null) return EnrollmentAnswer.BadRequest("The certificate must be one block of PEM, -----BEGIN CERTIFICATE-----.");
        if (CertificateSigningRequest.Parse(csr, out var problem) is not { } request) return EnrollmentAnswer.BadRequest(problem);

        var current = Fingerprint.Of(certificate.RawDataMemory.Span);
        var known = registry.Identity.Identify(current);
        if (known.Refusal == IdentityRefusal.Unknown) return EnrollmentAnswer.Refused(EnrollmentRefusal.Unknown);
        if (!IsProof(certificate, request.Bytes.Span, signature)) return EnrollmentAnswer.Refused(EnrollmentRefusal.NoProof);
        if (!request.NamesOnly(known.Device)) return EnrollmentAnswer.Refused(EnrollmentRefusal.OtherDevice);

        return _records.Renew(known.Device, current, Fingerprint.Of(request.Bytes.Span), () => authorities.Current.Issue(known.Device, request.Key, clock.GetUtcNow()));
    }

    private EnrollmentAnswer Bounded(IPAddress from, Fingerprint? credential, Action<EnrollmentRefusal> count, Func<EnrollmentAnswer> act)
    {
        var mayTry = _attempts.MayTry(from, credential);
        var answer = mayTry ? act() : EnrollmentAnswer.Refused(EnrollmentRefusal.TooManyAttempts);
        count(answer.Refusal);
        if (answer.Refusal == EnrollmentRefusal.None)
        {
            if (!answer.IsRepeated) logger.Enrolled(answer.Device, from);
        }
        else if (mayTry)
        {
            _attempts.Failed(from, credential);
            logger.EnrollmentRefused(from, answer.Refusal);
        }

        return answer;
    }

    private static X509Certificate2? Read(string? pem)
    {
        try
        {
            return pem is { Length: <= CertificateSigningRequest.MaxLength } ? X509Certificate2.CreateFromPem(pem) : null;
        }
        catch (CryptographicException)
        {
            return null; // the caller says what is wanted
        }
    }

    private static bool IsProof(X509Certificate2 certificate, ReadOnlySpan<byte> request, ReadOnlySpan<byte> signature)
    {
        using var ecdsa = certificate.GetECDsaPublicKey();
        if (ecdsa is not null) return ecdsa.VerifyData(request, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        using var rsa = certificate.GetRSAPublicKey();
        return rsa is not null && rsa.VerifyData(request, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
