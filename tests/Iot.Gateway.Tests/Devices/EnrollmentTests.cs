using System.Security.Cryptography;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Devices;

/// <summary>A token and a request in, a certificate out: once, for its device, and for nobody else.</summary>
public sealed class EnrollmentTests : IDisposable
{
    private readonly EnrollmentScene _scene = new();

    public void Dispose() => _scene.Dispose();

    public static TheoryData<string[]> GoodKeys => new(
        OpenSsl.P256,
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);

    public static TheoryData<string[]> WrongKeys => new(
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
        ["-algorithm", "ED25519"]);

    [Theory]
    [MemberData(nameof(GoodKeys))]
    public async Task A_device_gets_a_certificate_that_openssl_takes_for_a_client_and_for_nothing_else(string[] key)
    {
        var answer = _scene.Enroll(_scene.Token(), await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7", key));

        Assert.Equal((EnrollmentRefusal.None, "pump-7"), (answer.Refusal, answer.Device));
        var pem = EnrollmentScene.Pem(answer);
        var asClient = await _scene.OpenSsl.VerifyAsync(_scene.Root, _scene.Enrollment.ChainPem, pem);
        Assert.True(asClient.ExitCode == 0, asClient.Output);
        Assert.NotEqual(0, (await _scene.OpenSsl.VerifyAsync(_scene.Root, _scene.Enrollment.ChainPem, pem, "sslserver")).ExitCode);
        var text = await _scene.OpenSsl.TextAsync(pem);
        Assert.Contains("Subject: CN = pump-7", text, StringComparison.Ordinal);
        Assert.Contains("TLS Web Client Authentication", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CA:TRUE", text, StringComparison.Ordinal);
        Assert.Equal(EnrollmentState.Active, _scene.Registry.Find(EnrollmentScene.Pump)!.State);
    }

    [Theory]
    [MemberData(nameof(WrongKeys))]
    public async Task A_weak_or_unusual_key_is_refused_and_the_token_is_still_good(string[] key)
    {
        var token = _scene.Token();

        var refused = _scene.Enroll(token, await _scene.OpenSsl.CsrAsync("weak", "/CN=pump-7", key));

        Assert.Equal(EnrollmentRefusal.BadRequest, refused.Refusal);
        Assert.Equal(EnrollmentRefusal.None, _scene.Enroll(token, await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7")).Refusal);
    }

    [Fact]
    public async Task The_certificate_holds_what_the_gateway_says_and_not_what_the_request_asks_for()
    {
        var csr = await _scene.OpenSsl.CsrAsync("key", "/O=Acme/OU=Admins/CN=pump-7", null,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "extendedKeyUsage=serverAuth,codeSigning", "-addext", "subjectAltName=DNS:pump-7,URI:spiffe://x/admin,IP:192.0.2.1");

        var text = await _scene.OpenSsl.TextAsync(EnrollmentScene.Pem(_scene.Enroll(_scene.Token(), csr)));

        Assert.Contains("Subject: CN = pump-7\n", text, StringComparison.Ordinal);
        foreach (var asked in new[] { "CA:TRUE", "Server Authentication", "Code Signing", "Acme", "Admins", "spiffe", "192.0.2.1" })
            Assert.DoesNotContain(asked, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/CN=pump-8")]
    [InlineData("/CN=pump-7/CN=pump-8")]
    [InlineData("/CN=PUMP-7")]
    [InlineData("/CN=pump-7", "-addext", "subjectAltName=DNS:pump-8")]
    [InlineData("/CN=..%2F..%2Fetc")]
    [InlineData("/CN=..\\/..\\/ca\\/root")]
    public async Task A_request_that_names_another_device_is_refused(string subject, params string[] more)
    {
        _scene.Token("pump-8");

        var answer = _scene.Enroll(_scene.Token(), await _scene.OpenSsl.CsrAsync("key", subject, null, more));

        Assert.Equal(EnrollmentRefusal.OtherDevice, answer.Refusal);
        Assert.All(_scene.Registry.List(), device => Assert.Empty(device.Certificates));
    }

    [Fact]
    public async Task A_request_without_a_name_is_for_the_device_of_the_token()
    {
        var answer = _scene.Enroll(_scene.Token(), await _scene.OpenSsl.CsrAsync("key", "/"));

        Assert.Equal("pump-7", answer.Device);
    }

    [Fact]
    public async Task A_request_that_was_changed_on_its_way_is_refused()
    {
        var csr = await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7");
        var bytes = Convert.FromBase64String(csr[PemEncoding.Find(csr).Base64Data]);
        bytes[^1] ^= 1;

        Assert.Equal(EnrollmentRefusal.BadRequest, _scene.Enroll(_scene.Token(), PemEncoding.WriteString("CERTIFICATE REQUEST", bytes)).Refusal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")]
    public void What_is_no_request_is_refused(string? csr) => Assert.Equal(EnrollmentRefusal.BadRequest, _scene.Enroll(_scene.Token(), csr!).Refusal);

    [Fact]
    public async Task Enrolling_anew_revokes_the_certificates_before()
    {
        var before = await _scene.EnrolledAsync();
        var ended = new List<DeviceId>();
        _scene.Registry.Identity.Ended += ended.Add;

        var after = await _scene.EnrolledAsync(key: "another");

        Assert.Equal(IdentityRefusal.Revoked, _scene.Identify(before).Refusal);
        Assert.Equal(IdentityRefusal.None, _scene.Identify(after).Refusal);
        Assert.Equal([EnrollmentScene.Pump], ended);
    }

    [Fact]
    public async Task A_disabled_device_does_not_enroll()
    {
        var token = _scene.Token();
        _scene.Registry.Disable(EnrollmentScene.Pump);

        Assert.Equal(EnrollmentRefusal.Unknown, _scene.Enroll(token, await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7")).Refusal);
        Assert.Null(_scene.Enrollment.NewToken(EnrollmentScene.Pump, null, out _));
    }
}
