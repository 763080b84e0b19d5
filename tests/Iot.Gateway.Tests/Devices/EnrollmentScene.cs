using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Gateway.Certificates;
using Iot.Gateway.Devices;
using Iot.Gateway.Tests.Pipeline;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Devices;

/// <summary>Registry, CA and enrollment of a gateway on files of their own, a clock in the test's hand, openssl as the device.</summary>
internal sealed class EnrollmentScene : IDisposable
{
    public static readonly DeviceId Pump = DeviceId.Parse("pump-7");
    public static readonly IPAddress Somewhere = IPAddress.Parse("192.0.2.7");
    private static readonly Uri Url = new("https://gateway.example:8443");

    private readonly TempDirectory _directory = new();
    private readonly CaOptions _options;
    private readonly QuietMeters _meters = new();

    public EnrollmentScene(CaOptions? options = null)
    {
        _options = options ?? new();
        OpenSsl = new(_directory);
        (Registry, Authorities, Enrollment) = Open();
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public OpenSsl OpenSsl { get; }

    public DeviceRegistry Registry { get; private set; }

    public Enrollment Enrollment { get; private set; }

    public Authorities Authorities { get; private set; }

    public string Root => Authorities.Current.Root.ExportCertificatePem();

    public Fingerprint RootFingerprint => Authorities.Current.RootFingerprint;

    public string RegistryPath => _directory["devices.db"];

    /// <summary>The files as a crash leaves them: nothing is closed before they are opened again.</summary>
    public void Crash() => (Registry, Authorities, Enrollment) = Open();

    /// <summary>Adds it when it is not there.</summary>
    public string Token(string device = "pump-7", TimeSpan? validFor = null)
    {
        var id = DeviceId.Parse(device);
        Registry.Add(id, new("", "", new Dictionary<string, string>()));
        return Enrollment.NewToken(id, validFor, out _)!.Text;
    }

    public EnrollmentAnswer Enroll(string token, string csr) => Enrollment.Enroll(token, csr, Somewhere);

    /// <summary>With a new key in <c>key.key</c>.</summary>
    public async Task<string> EnrolledAsync(string device = "pump-7", string key = "key")
    {
        var answer = Enroll(Token(device), await OpenSsl.CsrAsync(key, $"/CN={device}"));
        Assert.Equal(EnrollmentRefusal.None, answer.Refusal);
        return Pem(answer);
    }

    public static string Pem(EnrollmentAnswer answer) => PemEncoding.WriteString("CERTIFICATE", answer.Certificate!);

    public IdentityAnswer Identify(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        return Registry.Identity.Identify(certificate);
    }

    public void Dispose()
    {
        Registry.Dispose();
        Authorities.Dispose();
        _meters.Dispose();
        _directory.Dispose();
    }

    private (DeviceRegistry, Authorities, Enrollment) Open()
    {
        var registry = DeviceRegistry.Open(RegistryPath, Clock, NullLogger<DeviceRegistry>.Instance);
        var authorities = Authorities.Open(_directory["ca"], _options, Clock, NullLogger<CertificateAuthority>.Instance);
        var server = new ServerCertificate(new(), authorities, new(new(), [Url]), Clock, NullLogger<ServerCertificate>.Instance);
        var addresses = PublicAddresses.Of(Url, null, null, 8883);
        return (registry, authorities, new(registry, authorities, server, addresses, _options, new(_meters), new(), Clock, NullLogger<Enrollment>.Instance));
    }
}
