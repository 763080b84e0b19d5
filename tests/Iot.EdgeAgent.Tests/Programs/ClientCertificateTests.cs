using System.Globalization;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Tests.Enrollment;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>The real agent and a real broker that lets in who has a certificate, and knows the root only.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TestAuthority _authority = new(TimeProvider.System.GetUtcNow());
    private readonly int _port = FreePort.Next();

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_shows_its_certificate_and_what_stands_above_it_to_the_broker_named_at_enrollment()
    {
        await using var server = await EnrollAsync(_authority);
        await using var broker = await StartBrokerAsync();
        await using var agent = Start();

        await agent.LineAsync($"pump-7 is connected to mqtts://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}");
        await broker.LineAsync("Received PUBLISH from pump-7");
        await broker.LineAsync("u'pump-7'"); // the user is the certificate's name
        Assert.Equal(0, await agent.StopAsync());
    }

    [Fact]
    public async Task A_broker_of_another_root_is_not_trusted_though_the_system_might()
    {
        using var other = new TestAuthority(TimeProvider.System.GetUtcNow());
        await using var server = await EnrollAsync(other);
        await using var broker = await StartBrokerAsync();
        await using var agent = Start();

        Assert.Contains("does not lead to a root that this device trusts", await agent.LineAsync("has no connection"), StringComparison.Ordinal);
        Assert.DoesNotContain("CONNECT", broker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_cuts_no_connection_and_the_next_one_is_let_in()
    {
        await using var server = await EnrollAsync(_authority);
        var broker = await StartBrokerAsync();
        await using var agent = Start();
        await agent.LineAsync("is connected");
        var files = new IdentityFiles(_directory["state"]);
        var before = files.Read()!;

        server.Answering = answer => answer["mqtt"] = before.MqttUrl;
        var next = await new EnrollmentClient(TimeProvider.System).RenewAsync(before, files.Request(before.Device, before), TestContext.Current.CancellationToken);
        files.Write(next.Identity!);
        Assert.DoesNotContain("has no connection", agent.Output, StringComparison.Ordinal);

        await broker.KillAsync();
        await agent.LineAsync("has no connection");
        await broker.DisposeAsync();
        broker = await StartBrokerAsync();
        await broker.LineAsync("New client connected");
        Assert.Equal(0, await agent.StopAsync());
        await broker.DisposeAsync();
    }

    private RealProcess Start() => RealProcess.Start(AgentProgram.Path,
    [
        "--Data:Path", _directory["state"], "--Gateway:MinBackoff=00:00:00.050", "--Gateway:MaxBackoff=00:00:00.500",
        "--Sensors:s:Kind=Simulated", "--Sensors:s:Interval=00:00:00.100", "--Batching:MaxAge=00:00:00.020",
    ]);

    private async Task<EnrollingServer> EnrollAsync(TestAuthority authority)
    {
        var server = await EnrollingServer.StartAsync(authority, TimeProvider.System);
        server.Answering = answer => answer["mqtt"] = string.Create(CultureInfo.InvariantCulture, $"mqtts://127.0.0.1:{_port}");
        var (exitCode, output) = await RealProcess.RunAsync(AgentProgram.Path, ["enroll", server.Token(), "--Data:Path", _directory["state"]]);
        Assert.True(exitCode == 0, output);
        return server;
    }

    private async Task<RealProcess> StartBrokerAsync()
    {
        using var certificate = _authority.Server();
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        await File.WriteAllTextAsync(_directory["root.pem"], _authority.Root.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["server.pem"], certificate.ExportCertificatePem() + "\n" + _authority.ChainPem);
        await File.WriteAllTextAsync(_directory["server.key"], key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(_directory["mosquitto.conf"], string.Create(CultureInfo.InvariantCulture, $"""
            listener {_port} 127.0.0.1
            cafile {_directory["root.pem"]}
            certfile {_directory["server.pem"]}
            keyfile {_directory["server.key"]}
            require_certificate true
            use_identity_as_username true

            """));
        await RealProcess.RunAsync("chmod", ["a+rX", _directory.Path, _directory["root.pem"], _directory["server.pem"], _directory["server.key"], _directory["mosquitto.conf"]]); // mosquitto drops its privileges before it reads
        var process = RealProcess.Start("mosquitto", ["-v", "-c", _directory["mosquitto.conf"]]);
        await process.LineAsync("running");
        return process;
    }
}
