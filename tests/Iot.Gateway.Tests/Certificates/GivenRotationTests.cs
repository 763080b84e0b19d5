using Iot.Gateway.Certificates;
using Iot.Gateway.Tests.Devices;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.Certificates;

/// <summary>The change of an operator's own CA, made with openssl: with a cross certificate nobody is cut off, without one it is refused.</summary>
public sealed class GivenRotationTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("cross", "new", "old")]
    [InlineData("old", "new", "cross")]
    public async Task With_both_roots_and_a_cross_certificate_holders_of_either_root_find_their_way(params string[] order)
    {
        using var authorities = Open(await GiveAsync(order));
        var shown = new ServerCertificate(new(), authorities, new(new(), []), TimeProvider.System, NullLogger<ServerCertificate>.Instance).Now!;

        Assert.Equal("CN=new", authorities.Current.Root.Subject); // what tokens name
        Assert.Equal(["CN=new", "CN=old"], authorities.Roots.Select(root => root.Subject).Order());
        foreach (var root in new[] { "old", "new" })
        {
            var (exitCode, output) = await new OpenSsl(_directory).VerifyAsync(
                File.ReadAllText(_directory[root + ".pem"]), authorities.AboveServer.ToPem(), shown.Certificate.ExportCertificatePem(), "sslserver");
            Assert.True(exitCode == 0, output);
        }
    }

    [Theory]
    [InlineData("new", "old")]
    [InlineData("old", "new")]
    public async Task Without_a_cross_certificate_it_is_refused_and_says_who_would_be_cut_off(params string[] order)
    {
        var given = await GiveAsync(order);

        var refused = Assert.Throws<CaException>(() => Open(given));

        Assert.Contains("CN=old", refused.Message, StringComparison.Ordinal);
        Assert.Contains("cross certificate", refused.Message, StringComparison.Ordinal);
    }

    private Authorities Open(CaOptions given) => Authorities.Open(_directory["ca"], given, TimeProvider.System, NullLogger<CertificateAuthority>.Instance);

    private async Task<CaOptions> GiveAsync(string[] order)
    {
        foreach (var (root, days) in new[] { ("old", "300"), ("new", "3000") })
        {
            await OpenSsl.RunAsync(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", _directory[root + ".key"], "-out", _directory[root + ".pem"], "-days", days, "-subj", $"/CN={root}",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign");
        }

        await SignAsync("issuing", "/CN=issuing", by: "new", key: null);
        await SignAsync("cross", "/CN=new", by: "old", key: "new.key");
        File.WriteAllText(_directory["chain.pem"], string.Concat(order.Select(name => File.ReadAllText(_directory[name + ".pem"]))));
        return new() { CertificateFile = _directory["issuing.pem"], CertificateKeyFile = _directory["issuing.key"], ChainFile = _directory["chain.pem"] };
    }

    private async Task SignAsync(string name, string subject, string by, string? key)
    {
        string[] which = key is null
            ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", _directory[name + ".key"]]
            : ["-key", _directory[key]];
        await OpenSsl.RunAsync(
            ["req", "-x509", .. which, "-out", _directory[name + ".pem"], "-days", "200", "-subj", subject, "-CA", _directory[by + ".pem"], "-CAkey", _directory[by + ".key"],
             "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
    }
}
