using System.Net;
using Iot.Gateway.Devices;
using Iot.Wire;

namespace Iot.Gateway.Tests.Devices;

/// <summary>A token holds once, for a while, for its device; nobody finds one by trying.</summary>
public sealed class EnrollmentTokenTests : IDisposable
{
    private readonly EnrollmentScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_token_holds_once()
    {
        var token = _scene.Token();
        Assert.Equal(EnrollmentRefusal.None, _scene.Enroll(token, await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7")).Refusal);

        Assert.Equal(EnrollmentRefusal.TokenUsed, _scene.Enroll(token, await _scene.OpenSsl.CsrAsync("thief", "/CN=pump-7")).Refusal);
        Assert.Single(_scene.Registry.Find(EnrollmentScene.Pump)!.Certificates);
    }

    [Fact]
    public async Task A_token_expires()
    {
        var token = _scene.Token(validFor: TimeSpan.FromMinutes(15));
        var csr = await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7");

        _scene.Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(EnrollmentRefusal.TokenExpired, _scene.Enroll(token, csr).Refusal);
    }

    [Fact]
    public async Task A_newer_token_takes_the_place_of_an_older_one()
    {
        var (older, newer) = (_scene.Token(), _scene.Token());
        var csr = await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7");

        Assert.Equal(EnrollmentRefusal.Unknown, _scene.Enroll(older, csr).Refusal);
        Assert.Equal(EnrollmentRefusal.None, _scene.Enroll(newer, csr).Refusal);
    }

    /// <summary>A wrong secret, another id in the token, a device that there is not: all the same to who asks.</summary>
    [Fact]
    public async Task A_guesser_learns_nothing()
    {
        var token = EnrollmentToken.Parse(_scene.Token())!;
        var csr = await _scene.OpenSsl.CsrAsync("key", "/");
        EnrollmentToken[] guesses =
        [
            token with { Secret = new byte[32] },
            token with { Root = default },
            token with { Url = new("https://evil.example") },
            token with { Device = DeviceId.Parse("pump-8") },
        ];

        var answers = guesses.Select(guess => _scene.Enroll(guess.Text, csr)).Append(_scene.Enroll("nonsense", csr)).Append(_scene.Enroll("", csr)).ToList();

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(EnrollmentRefusal.Unknown, answers[0].Refusal);
        Assert.Equal(EnrollmentRefusal.None, _scene.Enroll(token.Text, csr).Refusal);
    }

    [Fact]
    public void A_token_tells_the_device_whom_to_trust_and_the_registry_does_not_hold_it()
    {
        var text = _scene.Token();
        var token = EnrollmentToken.Parse(text)!;

        Assert.Equal((EnrollmentScene.Pump, _scene.RootFingerprint, new Uri("https://gateway.example:8443/")), (token.Device, token.Root, token.Url));
        Assert.NotEqual(_scene.Token(), text);
        var kept = File.ReadAllBytes(_scene.RegistryPath).Concat(File.ReadAllBytes(_scene.RegistryPath + "-wal")).ToArray();
        Assert.True(kept.AsSpan().IndexOf(token.Secret.Span) < 0);
        Assert.True(kept.AsSpan().IndexOf(token.Hash.ToBytes()) >= 0);
    }

    [Fact]
    public async Task Ten_enrollments_at_once_with_one_token_give_one_certificate()
    {
        var token = _scene.Token();
        var requests = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => _scene.OpenSsl.CsrAsync($"key-{i}", "/CN=pump-7")));

        var answers = await Task.WhenAll(requests.Select(csr => Task.Run(() => _scene.Enroll(token, csr))));

        Assert.Single(answers, answer => answer.Refusal == EnrollmentRefusal.None);
        Assert.Equal(9, answers.Count(answer => answer.Refusal == EnrollmentRefusal.TokenUsed));
        Assert.Single(_scene.Registry.Find(EnrollmentScene.Pump)!.Certificates);
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_given_again_also_after_a_crash()
    {
        var token = _scene.Token();
        var csr = await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7");
        var lost = _scene.Enroll(token, csr);

        _scene.Crash();

        Assert.Equal(lost.Certificate, _scene.Enroll(token, csr).Certificate);
        Assert.Single(_scene.Registry.Find(EnrollmentScene.Pump)!.Certificates);
        _scene.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(EnrollmentRefusal.TokenExpired, _scene.Enroll(token, csr).Refusal);
    }

    [Fact]
    public async Task Guessing_ends_at_a_limit_and_others_enroll_all_the_same()
    {
        var csr = await _scene.OpenSsl.CsrAsync("key", "/");
        var token = EnrollmentToken.Parse(_scene.Token())!;
        EnrollmentRefusal Guess(byte i) => _scene.Enroll((token with { Secret = Enumerable.Repeat(i, 32).ToArray() }).Text, csr).Refusal;
        for (byte i = 0; i < AttemptLimit.PerAddress; i++) Assert.Equal(EnrollmentRefusal.Unknown, Guess(i));

        Assert.Equal(EnrollmentRefusal.TooManyAttempts, Guess(100));
        Assert.Equal(EnrollmentRefusal.TooManyAttempts, _scene.Enroll(token.Text, csr).Refusal);
        Assert.Equal(EnrollmentRefusal.None, _scene.Enrollment.Enroll(token.Text, csr, IPAddress.Parse("198.51.100.1")).Refusal);
        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(EnrollmentRefusal.Unknown, Guess(101));
    }

    [Fact]
    public async Task A_token_is_refused_ten_times_a_minute_to_one_network_and_serves_its_device_elsewhere()
    {
        var (token, csr) = (_scene.Token(), await _scene.OpenSsl.CsrAsync("key", "/CN=pump-8"));
        IPAddress Near(byte last) => new([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, last]);
        for (byte i = 0; i < AttemptLimit.PerCredential; i++) Assert.Equal(EnrollmentRefusal.OtherDevice, _scene.Enrollment.Enroll(token, csr, Near(i)).Refusal);

        Assert.Equal(EnrollmentRefusal.TooManyAttempts, _scene.Enrollment.Enroll(token, csr, Near(200)).Refusal);
        Assert.Equal(EnrollmentRefusal.None, _scene.Enroll(token, await _scene.OpenSsl.CsrAsync("own", "/CN=pump-7")).Refusal);
    }

    [Fact]
    public async Task The_same_question_again_is_no_news_until_a_restart()
    {
        var token = _scene.Token();
        var csr = await _scene.OpenSsl.CsrAsync("key", "/CN=pump-7");

        var first = _scene.Enroll(token, csr);
        Assert.True(_scene.Enrollment.IsNews(first));
        _scene.Enrollment.Told(first);
        var again = _scene.Enroll(token, csr);

        Assert.Equal((false, true), (first.IsRepeated, again.IsRepeated));
        Assert.False(_scene.Enrollment.IsNews(again));
        _scene.Crash(); // perhaps before it was written
        Assert.True(_scene.Enrollment.IsNews(_scene.Enroll(token, csr)));
    }
}
