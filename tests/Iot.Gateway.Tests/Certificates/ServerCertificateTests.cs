using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Iot.Gateway.Certificates;
using Iot.Gateway.Tests.Mqtt;
using Iot.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Certificates;

/// <summary>The certificate that TLS shows: its names, its renewal, the operator's own.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly LogLines _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_names_every_way_in_which_the_gateway_is_reached()
    {
        using var authorities = Open();
        var names = new ServerNames(new() { Names = "gw.example, 10.0.0.5" }, [new("https://0.0.0.0:8443"), new("https://edge.example:8443"), null]);

        var alternative = new ServerCertificate(new(), authorities, names, _clock, NullLogger<ServerCertificate>.Instance).Now!
            .Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();

        Assert.Equal(["gw.example", "edge.example", "localhost"], alternative.EnumerateDnsNames());
        Assert.Equal(["10.0.0.5", "127.0.0.1", "::1"], alternative.EnumerateIPAddresses().Select(address => address.ToString()));
    }

    [Fact]
    public async Task It_is_renewed_after_two_thirds_of_its_life_without_anybody_asking()
    {
        using var authorities = Open();
        var certificate = new ServerCertificate(new() { CertificateLifetime = TimeSpan.FromHours(3) }, authorities, new(new(), []), _clock, Logger<ServerCertificate>());
        var first = certificate.Now!;
        using var renewal = new ServerCertificateRenewal(certificate, new(), authorities, _clock, Logger<ServerCertificateRenewal>());
        await renewal.StartAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromMinutes(60)); // an hour: it looks, and it is not time
        Assert.Same(first, certificate.Now);
        var due = first.NotBefore + ((first.NotAfter - first.NotBefore) * 2 / 3);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(_clock.GetUtcNow() < due ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(2));
            return Task.FromResult(!ReferenceEquals(certificate.Now, first));
        }, "a new certificate");

        Assert.InRange(_clock.GetUtcNow(), due, first.NotAfter);
        await renewal.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_rotation_of_the_CA_changes_it_at_once()
    {
        using var authorities = Open();
        var certificate = new ServerCertificate(new(), authorities, new(new(), []), _clock, Logger<ServerCertificate>());
        var first = certificate.Now!;
        using var renewal = new ServerCertificateRenewal(certificate, new(), authorities, _clock, Logger<ServerCertificateRenewal>());
        await renewal.StartAsync(TestContext.Current.CancellationToken);

        authorities.Rotate();

        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(ServerCertificateRenewal.Settle);
            return Task.FromResult(certificate.Now!.Roots.Count == 2);
        }, "a certificate below the new root");
        Assert.NotSame(first, certificate.Now);
        await renewal.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void After_a_change_of_the_CA_not_one_handshake_and_not_one_device_is_told_what_held_before()
    {
        using var authorities = Open();
        var certificate = new ServerCertificate(new(), authorities, new(new(), []), _clock, Logger<ServerCertificate>());
        Assert.Single(certificate.Now!.Roots);

        authorities.Rotate();
        var rotated = certificate.Now!;
        authorities.Retire();

        Assert.Equal(2, rotated.Roots.Count);
        Assert.Equal(authorities.Current.Root, Assert.Single(certificate.Now!.Roots));
        Assert.Same(certificate.Now, certificate.Now);
    }

    [Fact]
    public async Task A_certificate_of_the_operator_is_read_again_when_its_file_changes()
    {
        using var authorities = Open();
        var options = Give("first.example");
        var certificate = new ServerCertificate(options, authorities, new(options, []), TimeProvider.System, Logger<ServerCertificate>());
        Assert.Equal("CN=first.example", certificate.Now!.Certificate.Subject);
        using var renewal = new ServerCertificateRenewal(certificate, options, authorities, TimeProvider.System, Logger<ServerCertificateRenewal>());
        await renewal.StartAsync(TestContext.Current.CancellationToken);

        Give("second.example");

        await Eventually.TrueAsync(() => Task.FromResult(certificate.Now!.Certificate.Subject is "CN=second.example"), "the new certificate");
        await renewal.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_leaves_the_certificate_before_and_says_so()
    {
        using var authorities = Open();
        var options = Give("first.example");
        var certificate = new ServerCertificate(options, authorities, new(options, []), TimeProvider.System, Logger<ServerCertificate>());
        var first = certificate.Now!;
        using var renewal = new ServerCertificateRenewal(certificate, options, authorities, TimeProvider.System, Logger<ServerCertificateRenewal>());
        await renewal.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() =>
        {
            File.WriteAllText(options.CertificateFile!, "half a fi"); // again until it is watched
            return _log.Containing("TLS goes on with the one before").Any();
        }, "the complaint");
        Assert.Same(first, certificate.Now);
        await renewal.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Devices_are_told_the_root_that_is_in_the_file_or_beside_it()
    {
        using var authorities = Open();
        var options = Give("own.example");
        Assert.Single(new ServerCertificate(options, authorities, new(options, []), _clock, Logger<ServerCertificate>()).Now!.Roots); // it is a root itself

        File.WriteAllText(_directory["leaf.pem"], authorities.Current.Chain.First().ExportCertificatePem());
        File.Copy(Path.Combine(_directory["ca"], "issuing.key"), _directory["leaf.key"]);
        var leaf = new TlsOptions { CertificateFile = _directory["leaf.pem"], CertificateKeyFile = _directory["leaf.key"] };
        Assert.Empty(new ServerCertificate(leaf, authorities, new(leaf, []), _clock, Logger<ServerCertificate>()).Now!.Roots);
        var beside = leaf with { RootFile = Path.Combine(_directory["ca"], "root.pem") };
        Assert.Equal(authorities.Current.Root, Assert.Single(new ServerCertificate(beside, authorities, new(beside, []), _clock, Logger<ServerCertificate>()).Now!.Roots));
    }

    [Fact]
    public void One_that_soon_ends_is_a_problem_that_says_what_to_do()
    {
        using var authorities = Open();
        var options = Give("own.example", days: 60);
        var certificate = new ServerCertificate(options, authorities, new(options, []), _clock, Logger<ServerCertificate>());
        Assert.Null(certificate.Problem);

        _clock.Advance(TimeSpan.FromDays(54));
        Assert.Contains(options.CertificateFile!, certificate.Problem, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(10));
        Assert.Contains("ended at", certificate.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_usable_file_there_is_none_which_is_a_problem_and_no_end_and_one_that_comes_is_taken()
    {
        using var authorities = Open();
        var options = new TlsOptions { CertificateFile = _directory["own.pem"], CertificateKeyFile = _directory["own.key"] }; // not there yet
        var certificate = new ServerCertificate(options, authorities, new(options, []), TimeProvider.System, Logger<ServerCertificate>());
        Assert.Null(certificate.Now);
        Assert.Contains("own.pem", certificate.Problem, StringComparison.Ordinal);
        using var renewal = new ServerCertificateRenewal(certificate, options, authorities, TimeProvider.System, Logger<ServerCertificateRenewal>());
        await renewal.StartAsync(TestContext.Current.CancellationToken);
        File.WriteAllText(_directory["own.pem"], "half a fi");

        await Eventually.TrueAsync(() =>
        {
            if (certificate.Now is null) Give("late.example");
            return certificate.Now is not null;
        }, "the certificate that came late");

        Assert.False(renewal.ExecuteTask!.IsCompleted);
        Assert.Null(certificate.Problem);
        await renewal.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Another_chain_or_root_below_the_same_certificate_is_taken_too()
    {
        using var authorities = Open();
        var options = Give("own.example") with { RootFile = _directory["root.pem"] };
        File.Copy(options.CertificateFile!, options.RootFile!);
        var certificate = new ServerCertificate(options, authorities, new(options, []), _clock, Logger<ServerCertificate>());
        var first = certificate.Now!;

        certificate.Renew();
        Assert.Same(first, certificate.Now);
        File.WriteAllText(options.RootFile!, authorities.Current.Root.ExportCertificatePem());
        certificate.Renew();

        Assert.Equal(authorities.Current.Root, Assert.Single(certificate.Now!.Roots));
    }

    [Fact]
    public async Task One_that_ends_with_its_CA_is_not_renewed_over_and_over()
    {
        using var authorities = Open();
        _clock.SetUtcNow(authorities.Current.EndsAt - TimeSpan.FromDays(20));
        var certificate = new ServerCertificate(new(), authorities, new(new(), []), _clock, Logger<ServerCertificate>());
        var first = certificate.Now!;
        using var renewal = new ServerCertificateRenewal(certificate, new(), authorities, _clock, Logger<ServerCertificateRenewal>());
        await renewal.StartAsync(TestContext.Current.CancellationToken);

        for (var hour = 0; hour < 24 * 19; hour++) _clock.Advance(TimeSpan.FromHours(1));

        Assert.Same(first, certificate.Now);
        Assert.Null(certificate.RenewAt);
        Assert.NotNull(certificate.Problem);
        Assert.Contains("iot-gateway ca rotate", authorities.Problem, StringComparison.Ordinal);
        await renewal.StopAsync(TestContext.Current.CancellationToken);
    }

    private Authorities Open() => Authorities.Open(_directory["ca"], new(), _clock, NullLogger<CertificateAuthority>.Instance);

    private ILogger<T> Logger<T>() => new LoggerFactory([_log]).CreateLogger<T>();

    private TlsOptions Give(string name, int days = 90)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
        File.WriteAllText(_directory["own.key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_directory["own.pem"], certificate.ExportCertificatePem());
        return new() { CertificateFile = _directory["own.pem"], CertificateKeyFile = _directory["own.key"] };
    }
}
