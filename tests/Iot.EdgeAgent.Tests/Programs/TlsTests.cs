using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>The real agent and a real broker that wants TLS and a password.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_publishes_to_a_broker_whose_authority_it_was_given_with_a_password_from_a_file()
    {
        await using var broker = await StartBrokerAsync();
        await using var agent = new AgentProgram(broker.Port);
        agent.Start(
            "--Gateway:Url", Url(broker), "--Gateway:CaFile", _directory["ca.pem"],
            "--Gateway:Username", "pump", "--Gateway:PasswordFile", _directory["password"]);

        await agent.Process.LineAsync("is connected");
        await broker.Process.LineAsync("Received PUBLISH from bench-1 (d0, q1, r0");
        Assert.Equal(0, await agent.Process.StopAsync());
    }

    [Fact]
    public async Task It_tells_a_broker_it_cannot_trust_nothing_not_even_its_password()
    {
        await using var broker = await StartBrokerAsync();
        await using var agent = new AgentProgram(broker.Port);
        agent.Start("--Gateway:Url", Url(broker), "--Gateway:Username", "pump", "--Gateway:PasswordFile", _directory["password"]);

        var said = await agent.Process.LineAsync("has no connection");
        Assert.Contains("certificate", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("CONNECT", broker.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_named_as_such()
    {
        await using var broker = await StartBrokerAsync();
        await using var agent = new AgentProgram(broker.Port);
        agent.Start(
            "--Gateway:Url", Url(broker), "--Gateway:CaFile", _directory["ca.pem"], "--Gateway:Username", "pump", "--Gateway:Password", "wrong");

        Assert.Contains("NotAuthorized", await agent.Process.LineAsync("has no connection"), StringComparison.Ordinal);
    }

    private static string Url(TlsBroker broker) => string.Create(CultureInfo.InvariantCulture, $"mqtts://127.0.0.1:{broker.Port}");

    private async Task<TlsBroker> StartBrokerAsync()
    {
        WriteCertificates();
        await File.WriteAllTextAsync(_directory["password"], "secret\n");
        await File.WriteAllTextAsync(_directory["users"], "pump:secret\n");
        await RealProcess.RunAsync("mosquitto_passwd", ["-U", _directory["users"]]);
        await RealProcess.RunAsync("chmod", ["-R", "a+rX", _directory.Path]); // mosquitto drops its privileges before it reads

        var port = FreePort.Next();
        await File.WriteAllTextAsync(_directory["mosquitto.conf"], string.Create(CultureInfo.InvariantCulture, $"""
            listener {port} 127.0.0.1
            allow_anonymous false
            password_file {_directory["users"]}
            certfile {_directory["cert.pem"]}
            keyfile {_directory["key.pem"]}

            """));
        var process = RealProcess.Start("mosquitto", ["-v", "-c", _directory["mosquitto.conf"]]);
        await process.LineAsync("running");
        return new(process, port);
    }

    private void WriteCertificates()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authorityCertificate = authority.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var certificate = server.Create(authorityCertificate, now.AddHours(-1), now.AddDays(1), [1, 2, 3, 4]);

        File.WriteAllText(_directory["ca.pem"], authorityCertificate.ExportCertificatePem());
        File.WriteAllText(_directory["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_directory["key.pem"], key.ExportPkcs8PrivateKeyPem());
    }

    private sealed record TlsBroker(RealProcess Process, int Port) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
