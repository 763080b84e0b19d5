using System.Text.Json.Nodes;
using Iot.EdgeAgent.Enrollment;
using Iot.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Iot.EdgeAgent.Tests.Enrollment;

/// <summary>Whom the device trusts with its token, and what it takes for an answer. Real TLS, real certificates.</summary>
public sealed class EnrollmentClientTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority _authority;

    public EnrollmentClientTests() => _authority = new(_clock.GetUtcNow());

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_token_is_exchanged_for_a_certificate_of_the_key_that_stays_here()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);

        var answer = await EnrollAsync(server, server.Token());

        var identity = Assert.IsType<DeviceIdentity>(answer.Identity);
        Assert.Equal("pump-7", identity.Device.Value);
        Assert.Equal("mqtts://127.0.0.1:8883", identity.MqttUrl);
        Assert.Equal(_authority.Root.Thumbprint, Assert.Single(identity.Roots()).Thumbprint);
        Assert.True(identity.Certificate().HasPrivateKey);
        Assert.DoesNotContain("PRIVATE", Assert.Single(server.Requests).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_gateway_s_root_is_not_trusted_and_hears_nothing()
    {
        using var other = new TestAuthority(_clock.GetUtcNow());
        await using var server = await EnrollingServer.StartAsync(other, _clock);

        var answer = await EnrollAsync(server, server.Token(root: _authority.RootHash));

        Assert.Contains("does not have the root that the token names", answer.Problem, StringComparison.Ordinal);
        Assert.False(answer.NeedsPerson);
        Assert.Empty(server.Requests);
    }

    /// <summary>The right root is public: anybody can show it beside a certificate of his own.</summary>
    [Fact]
    public async Task The_right_root_shown_beside_a_certificate_it_did_not_sign_is_not_trusted()
    {
        using var other = new TestAuthority(_clock.GetUtcNow());
        await using var server = await EnrollingServer.StartAsync(other, _clock);
        server.ShownRoots = _authority.Root.ExportCertificatePem();

        var answer = await EnrollAsync(server, server.Token(root: _authority.RootHash));

        Assert.Contains("not trusted", answer.Problem, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_right_root_with_another_host_is_not_trusted_and_both_names_are_told()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock, _authority.Server("gateway.example"));

        var answer = await EnrollAsync(server, server.Token());

        Assert.Contains("not for 127.0.0.1 but for gateway.example", answer.Problem, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    /// <summary>Each device has a certificate of that CA.</summary>
    [Fact]
    public async Task A_device_cannot_pretend_to_be_the_gateway()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock, _authority.Server(usage: TestAuthority.ClientUsage));

        var answer = await EnrollAsync(server, server.Token());

        Assert.Contains("NotValidForUsage", answer.Problem, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_named()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        _clock.SetUtcNow(_clock.GetUtcNow().AddYears(20));

        var answer = await EnrollAsync(server, server.Token());

        Assert.Contains("check the clock", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_TLS_gets_no_token()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock, plain: true);

        var answer = await EnrollAsync(server, server.Token(url: new($"https://127.0.0.1:{server.Url.Port}")));

        Assert.Null(answer.Identity);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_gateway_s_words()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        server.Fault = EnrollingServer.Refuses(403, "The token has expired. A new one: iot-gateway devices token ID.");

        var answer = await EnrollAsync(server, server.Token());

        Assert.Equal("The token has expired. A new one: iot-gateway devices token ID.", answer.Problem);
        Assert.True(answer.NeedsPerson);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_key_and_gives_the_same_certificate()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        var token = server.Token();
        server.Fault = Hangup;
        Assert.Null((await EnrollAsync(server, token)).Identity);
        server.Fault = null;

        var answer = await EnrollAsync(server, token);

        Assert.NotNull(answer.Identity);
        Assert.Equal(1, server.Certificates);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal((string?)server.Requests[0]["csr"], (string?)server.Requests[1]["csr"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("<html>")]
    public async Task Roots_that_are_none_get_no_token(string shown)
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        server.ShownRoots = shown;

        Assert.Contains("The token was not sent", (await EnrollAsync(server, server.Token())).Problem, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_answer_too_large_is_not_read()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        server.Answering = answer => answer["chain"] = new string('x', 1 << 20);

        var answer = await EnrollAsync(server, server.Token());

        Assert.Null(answer.Identity);
        Assert.Contains("127.0.0.1", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_30_s()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        var asked = new TaskCompletionSource();
        server.Fault = async http =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        var answer = EnrollAsync(server, server.Token());
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(answer.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Contains("did not answer within 30 s", (await answer).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate", "", "cannot be used")]
    [InlineData("chain", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be used")]
    [InlineData("chain", "", "cannot be used")]
    [InlineData("device", "pump-8", "it is for pump-8")]
    [InlineData("mqtt", "mqtt://gateway.example:1883", "is not mqtts")]
    [InlineData("certificate", null, "cannot be used")]
    public async Task An_answer_that_cannot_be_used_replaces_nothing(string field, string? value, string said)
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        server.Answering = answer => answer[field] = value;

        var answer = await EnrollAsync(server, server.Token());

        Assert.Null(answer.Identity);
        Assert.Contains(said, answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_key_is_not_taken()
    {
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        JsonNode? others = null;
        server.Answering = answer => others = answer["certificate"]!.DeepClone();
        await EnrollAsync(server, server.Token());
        File.Delete(_directory["request.json"]); // so that the next one has another key
        server.Answering = answer => answer["certificate"] = others!.DeepClone();

        Assert.Contains("cannot be used", (await EnrollAsync(server, server.Token())).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_roots_and_the_address_that_the_gateway_names_are_kept()
    {
        using var next = new TestAuthority(_clock.GetUtcNow());
        await using var server = await EnrollingServer.StartAsync(_authority, _clock);
        server.Answering = answer =>
        {
            answer["roots"] = next.Root.ExportCertificatePem() + "\n" + _authority.Root.ExportCertificatePem();
            answer["mqtt"] = "mqtts://mqtt.example:18883";
        };

        var identity = (await EnrollAsync(server, server.Token())).Identity!;

        Assert.Equal("mqtts://mqtt.example:18883", identity.MqttUrl);
        Assert.Equal(2, identity.Roots().Count);
    }

    private static Task<bool> Hangup(HttpContext http)
    {
        http.Abort();
        return Task.FromResult(true);
    }

    private Task<EnrollmentAnswer> EnrollAsync(EnrollingServer server, string text)
    {
        Assert.True(EnrollmentToken.TryParse(text, out var token, out var whyNot), whyNot);
        Assert.Equal(server.Url.Port, token.Gateway.Port);
        var request = new IdentityFiles(_directory.Path).Request(token.Device, current: null);
        return new EnrollmentClient(_clock).EnrollAsync(token, request, TestContext.Current.CancellationToken);
    }
}
