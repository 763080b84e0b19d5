#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using Iot.Gateway.Certificates;
using Iot.Gateway.Tests.Devices;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Certificates;

/// <summary>The CA's files: made once, whole, for the owner alone; or given by the operator.</summary>
public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private string Ca => _directory["ca"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_first_start_makes_a_root_and_an_issuing_CA_and_the_next_finds_them()
    {
        using var made = Open();
        using var found = Open();

        Assert.Equal(made.RootFingerprint, found.RootFingerprint);
        Assert.Equal(["issuing.key", "issuing.pem", "root.key", "root.pem"], Directory.GetFiles(Ca).Select(Path.GetFileName).Order());
        Assert.NotEqual(File.ReadAllText(Path.Combine(Ca, "root.key")), File.ReadAllText(Path.Combine(Ca, "issuing.key")));
        foreach (var key in new[] { "root.key", "issuing.key" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Ca, key)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Ca));
    }

    [Fact]
    public async Task Openssl_takes_the_issuing_CA_for_one_below_the_root()
    {
        using var authority = Open();

        await OpenSsl.RunAsync("verify", "-x509_strict", "-CAfile", Path.Combine(Ca, "root.pem"), Path.Combine(Ca, "issuing.pem"));
        Assert.Contains("Certificate Sign, CRL Sign", await OpenSsl.RunAsync("x509", "-in", Path.Combine(Ca, "issuing.pem"), "-noout", "-text"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_gateway_has_a_CA_of_its_own()
    {
        using var other = new TempDirectory();
        using var one = Open();
        using var two = CertificateAuthority.Open(other["ca"], new(), _clock, NullLogger<CertificateAuthority>.Instance);

        Assert.NotEqual(one.RootFingerprint, two.RootFingerprint);
        Assert.NotEqual(one.Root.Subject, two.Root.Subject);
    }

    [Theory]
    [InlineData("issuing.pem")]
    [InlineData("issuing.pem", "issuing.key")]
    [InlineData("issuing.pem", "issuing.key", "root.pem")]
    public void A_first_start_that_was_cut_off_goes_on_where_it_stopped(params string[] missing)
    {
        Open().Dispose();
        var kept = Directory.GetFiles(Ca).Where(path => !missing.Contains(Path.GetFileName(path))).ToDictionary(path => path, File.ReadAllText);
        foreach (var file in missing) File.Delete(Path.Combine(Ca, file));
        File.WriteAllText(Path.Combine(Ca, missing[^1] + ".new"), "half a fi");

        using var authority = Open();

        Assert.All(kept, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
        Assert.Empty(Directory.GetFiles(Ca, "*.new"));
    }

    [Theory]
    [InlineData("root.pem")]
    [InlineData("issuing.key")]
    public void A_file_that_is_gone_is_not_made_anew(string gone)
    {
        Open().Dispose();
        File.Delete(Path.Combine(Ca, gone));

        var refused = Assert.Throws<CaException>(() => Open());

        Assert.Contains(gone, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Ca, gone)));
    }

    [Fact]
    public void The_key_of_the_root_may_be_kept_elsewhere()
    {
        Open().Dispose();
        File.Delete(Path.Combine(Ca, "root.key"));

        Open().Dispose();

        Assert.False(File.Exists(Path.Combine(Ca, "root.key")));
    }

    [Theory]
    [InlineData("issuing.key")]
    [InlineData("issuing.pem")]
    [InlineData("root.pem")]
    public void A_damaged_file_is_an_error_that_names_it_and_stays_as_it_is(string damaged)
    {
        Open().Dispose();
        var path = Path.Combine(Ca, damaged);
        File.WriteAllText(path, "-----BEGIN CERTIFICATE-----\nMIIBzzz=\n-----END CERTIFICATE-----\n");

        var refused = Assert.Throws<CaException>(() => Open());

        Assert.Contains(damaged, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----\nMIIBzzz", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_may_read_is_refused()
    {
        Open().Dispose();
        File.SetUnixFileMode(Path.Combine(Ca, "issuing.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Contains("chmod 600", Assert.Throws<CaException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuing_CA_of_the_operator_signs_and_none_is_made()
    {
        var given = await GiveAsync("CA:TRUE");
        using var authority = Open(given);
        using var scene = new EnrollmentScene(given);

        var pem = EnrollmentScene.Pem(scene.Enroll(scene.Token(), await scene.OpenSsl.CsrAsync("key", "/CN=pump-7")));

        var verified = await scene.OpenSsl.VerifyAsync(File.ReadAllText(_directory["own-root.pem"]), scene.Enrollment.ChainPem, pem);
        Assert.True(verified.ExitCode == 0, verified.Output);
        Assert.False(Directory.Exists(Ca));
    }

    [Fact]
    public async Task A_certificate_that_is_no_CA_is_refused()
    {
        var given = await GiveAsync("CA:FALSE");

        Assert.Contains("not a CA", Assert.Throws<CaException>(() => Open(given)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_certificate_and_a_chain_of_another_root_are_refused()
    {
        var given = await GiveAsync("CA:TRUE");

        Assert.Contains("is not its key", Assert.Throws<CaException>(() => Open(given with { CertificateKeyFile = _directory["own-root.key"] })).Message, StringComparison.Ordinal);
        Open().Dispose();
        Assert.Contains("does not lead", Assert.Throws<CaException>(() => Open(given with { ChainFile = Path.Combine(Ca, "root.pem") })).Message, StringComparison.Ordinal);
    }

    private CertificateAuthority Open(CaOptions? options = null) => CertificateAuthority.Open(Ca, options ?? new(), _clock, NullLogger<CertificateAuthority>.Instance);

    /// <summary>An RSA root and an issuing CA on P-384 below it, by openssl.</summary>
    private async Task<CaOptions> GiveAsync(string constraints)
    {
        await OpenSsl.RunAsync("req", "-x509", "-newkey", "rsa:2048", "-noenc", "-keyout", _directory["own-root.key"], "-out", _directory["own-root.pem"], "-days", "365", "-subj", "/CN=Own root", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
        await OpenSsl.RunAsync(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-noenc", "-keyout", _directory["own.key"], "-out", _directory["own.pem"], "-days", "360", "-subj", "/CN=Own issuing",
            "-CA", _directory["own-root.pem"], "-CAkey", _directory["own-root.key"], "-addext", $"basicConstraints=critical,{constraints}", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
        _clock.SetUtcNow(DateTimeOffset.UtcNow); // they begin now
        return new() { CertificateFile = _directory["own.pem"], CertificateKeyFile = _directory["own.key"], ChainFile = _directory["own-root.pem"] };
    }
}
