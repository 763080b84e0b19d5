using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Tests.Devices;

/// <summary>The next certificate for whoever has the key of the one before.</summary>
public sealed class RenewalTests : IDisposable
{
    private static readonly CaOptions Lenient = new() { RenewExpiredFor = TimeSpan.FromDays(60) };

    private readonly EnrollmentScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("key", false)]
    [InlineData("next", false)]
    [InlineData("next", true)]
    public async Task A_device_renews_with_its_key_or_for_a_new_one_and_both_certificates_are_good(string key, bool isRsa)
    {
        var token = _scene.Token();
        var first = EnrollmentScene.Pem(_scene.Enroll(token, await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7", isRsa ? ["-algorithm", "RSA"] : null)));
        if (key is "next") await _scene.OpenSsl.CsrAsync("next", "/CN=pump-7");

        var answer = await RenewAsync(_scene, first, key);

        Assert.Equal(EnrollmentRefusal.None, answer.Refusal);
        var next = EnrollmentScene.Pem(answer);
        var verified = await _scene.OpenSsl.VerifyAsync(_scene.Root, _scene.Enrollment.ChainPem, next);
        Assert.True(verified.ExitCode == 0, verified.Output);
        Assert.Equal((IdentityRefusal.None, IdentityRefusal.None), (_scene.Identify(first).Refusal, _scene.Identify(next).Refusal));
    }

    [Fact]
    public async Task A_device_has_met_the_new_root_once_it_renewed_and_not_because_it_enrolled_a_moment_before()
    {
        await _scene.EnrolledAsync("pump-8", "other");
        var first = await _scene.EnrolledAsync();
        _scene.Authorities.Rotate(); // in the same instant

        Assert.Equal(2, CaJson.Of(_scene.Authorities, _scene.Registry.List()).NotMet);
        Assert.Equal(EnrollmentRefusal.None, (await RenewAsync(_scene, first, "key")).Refusal);
        Assert.Equal(["pump-8"], CaJson.Of(_scene.Authorities, _scene.Registry.List()).NotMetDevices);
    }

    [Fact]
    public async Task Without_the_key_of_the_certificate_there_is_none()
    {
        var first = await _scene.EnrolledAsync();
        var csr = await _scene.OpenSsl.CsrAsync("thief", "/CN=pump-7");

        Assert.Equal(EnrollmentRefusal.NoProof, Renew(first, csr, await _scene.OpenSsl.SignAsync("thief", "thief")).Refusal);
        Assert.Equal(EnrollmentRefusal.NoProof, Renew(first, csr, []).Refusal);
        Assert.Equal(EnrollmentRefusal.NoProof, Renew(first, csr, null).Refusal);
    }

    [Fact]
    public async Task A_proof_for_one_request_is_none_for_another()
    {
        var first = await _scene.EnrolledAsync();
        await _scene.OpenSsl.CsrAsync("next", "/CN=pump-7");
        var proof = await _scene.OpenSsl.SignAsync("key", "next");

        Assert.Equal(EnrollmentRefusal.NoProof, Renew(first, await _scene.OpenSsl.CsrAsync("thief", "/CN=pump-7"), proof).Refusal);
    }

    [Fact]
    public async Task A_device_does_not_become_another()
    {
        var first = await _scene.EnrolledAsync();
        var csr = await _scene.OpenSsl.CsrAsync("next", "/CN=pump-8");

        Assert.Equal(EnrollmentRefusal.OtherDevice, Renew(first, csr, await _scene.OpenSsl.SignAsync("key", "next")).Refusal);
    }

    [Fact]
    public async Task A_certificate_of_another_issuer_is_not_known()
    {
        var csr = await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7");
        using var other = new EnrollmentScene();

        Assert.Equal(EnrollmentRefusal.Unknown, Renew(await other.EnrolledAsync(), csr, await _scene.OpenSsl.SignAsync("key", "key")).Refusal);
        Assert.Equal(EnrollmentRefusal.BadRequest, Renew("nonsense", csr, []).Refusal);
    }

    [Fact]
    public async Task The_same_question_is_answered_alike_and_the_next_certificate_gets_its_own()
    {
        var first = await _scene.EnrolledAsync();
        var csr = await _scene.OpenSsl.CsrOfKeyAsync("again", "key", "/CN=pump-7");
        var proof = await _scene.OpenSsl.SignAsync("key", "again");

        var second = Renew(first, csr, proof);
        var repeated = Renew(first, csr, proof);
        var third = Renew(EnrollmentScene.Pem(second), csr, proof);

        Assert.Equal(second.Certificate, repeated.Certificate);
        Assert.NotEqual(second.Certificate, third.Certificate);
        Assert.Equal(3, _scene.Registry.Find(EnrollmentScene.Pump)!.Certificates.Count);
    }

    [Fact]
    public async Task An_expired_certificate_is_renewed_only_as_long_as_the_operator_allows()
    {
        using var lenient = new EnrollmentScene(Lenient);
        foreach (var (scene, allowed) in new[] { (_scene, EnrollmentRefusal.CertificateExpired), (lenient, EnrollmentRefusal.None) })
        {
            var first = await scene.EnrolledAsync();
            scene.Clock.Advance(TimeSpan.FromDays(90 + 59));
            Assert.Equal(IdentityRefusal.Expired, scene.Identify(first).Refusal);
            Assert.Equal(allowed, (await RenewAsync(scene, first, "key")).Refusal);

            scene.Clock.Advance(TimeSpan.FromDays(2));
            await scene.OpenSsl.CsrOfKeyAsync("late", "key", "/CN=pump-7");
            var late = await RenewAsync(scene, first, "late", "key");
            Assert.Equal(EnrollmentRefusal.CertificateExpired, late.Refusal);
        }
    }

    [Fact]
    public async Task A_disabled_device_a_revoked_certificate_and_a_removed_device_are_refused()
    {
        var first = await _scene.EnrolledAsync();
        _scene.Registry.Disable(EnrollmentScene.Pump);
        Assert.Equal(EnrollmentRefusal.Disabled, (await RenewAsync(_scene, first, "key")).Refusal);

        _scene.Registry.Enable(EnrollmentScene.Pump);
        await _scene.EnrolledAsync(key: "anew");
        Assert.Equal(EnrollmentRefusal.Revoked, (await RenewAsync(_scene, first, "key")).Refusal);

        _scene.Registry.Remove(EnrollmentScene.Pump);
        Assert.Equal(EnrollmentRefusal.Unknown, (await RenewAsync(_scene, first, "key")).Refusal);
    }

    [Fact]
    public async Task A_device_cannot_fill_the_registry()
    {
        var first = await _scene.EnrolledAsync();
        for (var i = 1; i < 10; i++)
        {
            await _scene.OpenSsl.CsrOfKeyAsync($"next-{i}", "key", "/CN=pump-7");
            Assert.Equal(EnrollmentRefusal.None, (await RenewAsync(_scene, first, $"next-{i}", "key")).Refusal);
        }

        await _scene.OpenSsl.CsrOfKeyAsync("one-more", "key", "/CN=pump-7");
        Assert.Equal(EnrollmentRefusal.TooManyCertificates, (await RenewAsync(_scene, first, "one-more", "key")).Refusal);
    }

    /// <summary>A certificate is no secret: TLS 1.2 shows it to whoever listens.</summary>
    [Fact]
    public async Task Who_knows_the_certificate_only_keeps_its_device_from_nothing()
    {
        var first = await _scene.EnrolledAsync();
        var stranger = System.Net.IPAddress.Parse("198.51.100.1");
        var csr = await _scene.OpenSsl.CsrAsync("thief", "/CN=pump-7");
        EnrollmentRefusal Guess(int i) => _scene.Enrollment.Renew(new string('\n', i) + first, csr, [], stranger).Refusal;

        for (var i = 0; i < AttemptLimit.PerCredential; i++) Assert.Equal(EnrollmentRefusal.NoProof, Guess(i));

        Assert.Equal(EnrollmentRefusal.TooManyAttempts, Guess(AttemptLimit.PerCredential)); // however it is written
        Assert.Equal(EnrollmentRefusal.None, (await RenewAsync(_scene, first, "key")).Refusal);
    }

    /// <param name="request">Name of a request that openssl made.</param>
    /// <param name="key">Name of the key that proves.</param>
    private static async Task<EnrollmentAnswer> RenewAsync(EnrollmentScene scene, string certificate, string request, string key = "key") =>
        scene.Enrollment.Renew(certificate, await scene.OpenSsl.RequestAsync(request), await scene.OpenSsl.SignAsync(key, request), EnrollmentScene.Somewhere);

    private EnrollmentAnswer Renew(string certificate, string csr, byte[]? proof) => _scene.Enrollment.Renew(certificate, csr, proof, EnrollmentScene.Somewhere);
}
