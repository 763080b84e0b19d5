using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Iot.LoadTest.SecureDevices;

/// <summary>What an enrolled device has: its key, its certificate, and the roots it was told to trust, which are all that it trusts.</summary>
internal sealed class DeviceIdentity(string device, Uri gateway) : IDisposable
{
    private ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private X509Certificate2? _certificate;
    private X509Certificate2Collection _roots = [];
    private SslStreamCertificateContext? _shown;

    /// <summary>SHA-256 of each root it trusts, hexadecimal.</summary>
    public IEnumerable<string> Roots => _roots.Select(RootOf);

    public static string RootOf(X509Certificate2 root) => Convert.ToHexStringLower(SHA256.HashData(root.RawDataMemory.Span));

    /// <param name="token">As the gateway gave it.</param>
    /// <param name="roots">Those that the token vouches for.</param>
    public Task EnrollAsync(string token, X509Certificate2Collection roots)
    {
        _roots = roots;
        return AskAsync("api/v1/enroll", _key, new { token, csr = Request(_key).CreateSigningRequestPem() });
    }

    /// <summary>The next certificate, by a signature of the key that the one before is for.</summary>
    public async Task RenewAsync(bool newKey)
    {
        var next = newKey ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : _key;
        var csr = Request(next).CreateSigningRequest();
        var signature = _key.SignData(csr, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        await AskAsync("api/v1/enroll/renew", next, new { certificate = _certificate!.ExportCertificatePem(), csr = PemEncoding.WriteString("CERTIFICATE REQUEST", csr), signature });
    }

    /// <summary>Each handshake is a full one.</summary>
    public SslClientAuthenticationOptions Tls() => new()
    {
        TargetHost = "localhost",
        AllowTlsResume = false,
        ClientCertificateContext = _shown,
        CertificateChainPolicy = Trusting(_roots),
    };

    public static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate?.Dispose();
    }

    private CertificateRequest Request(ECDsa key) => new($"CN={device}", key, HashAlgorithmName.SHA256);

    private async Task AskAsync(string path, ECDsa key, object question)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = Trusting(_roots) } }) { BaseAddress = gateway };
        using var answer = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), question);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{device} got no certificate of {path}: {(int)answer.StatusCode} {text}");

        using var given = JsonDocument.Parse(text);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(given.RootElement.GetProperty("roots").GetString());
        using var bare = X509Certificate2.CreateFromPem(given.RootElement.GetProperty("certificate").GetString());
        (_key, _certificate, _roots) = (key, bare.CopyWithPrivateKey(key), roots);
        _shown = SslStreamCertificateContext.Create(_certificate, additionalCertificates: null, offline: true);
    }
}
