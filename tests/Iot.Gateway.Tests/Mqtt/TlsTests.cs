using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Testing;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class TlsTests
{
    [Fact]
    public async Task Mosquitto_pub_speaks_TLS_with_a_PEM_certificate()
    {
        using var directory = new TempDirectory();
        WriteCertificate(directory["server.pem"], directory["server.key"]);
        var port = FreePort.Next();
        await using var gateway = await MqttTestGateway.StartAsync(
            ("Mqtt:TlsPort", port.ToString(CultureInfo.InvariantCulture)),
            ("Mqtt:CertificateFile", directory["server.pem"]),
            ("Mqtt:CertificateKeyFile", directory["server.key"]));

        var (exitCode, output) = await RealProcess.RunAsync(
            "mosquitto_pub",
            ["-h", "localhost", "-p", port.ToString(CultureInfo.InvariantCulture), "--cafile", directory["server.pem"], "-t", RawClient.Telemetry, "-m", "[]", "-q", "1"]);

        Assert.True(exitCode == 0, output);
        Assert.Equal("[]", (await gateway.Ingest.NextAsync()).Text);
    }

    private static void WriteCertificate(string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
