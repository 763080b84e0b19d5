using System.Net;
using System.Text.Json;
using Iot.Gateway.Detection;
using Iot.Gateway.Detection.Webhook;
using Iot.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.Detection;

/// <summary>The sender against a real HTTP server that answers what a test says.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly HookServer _server = new();
    private readonly ServiceCollection _services = new();
    private ServiceProvider? _provider;
    private SecurityRig? _rig;
    private WebhookSender? _sender;
    private HeardCounts? _heard;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_directory["secret"], HookServer.Secret + "\n", Stop);
        await _server.StartAsync();
    }

    [Fact]
    public async Task Opened_and_closed_are_posted_in_order_and_signed()
    {
        await StartAsync(new());
        _rig!.Events.Raise(Finding("192.0.2.7") with { Seen = "10 refused, the last as \"<script>\" & 'ü'" });
        await CountAsync("iot.gateway.webhook.sent", 1); // else its request ends with the hour
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        _rig.Events.CloseQuiet();

        var opened = await _server.NextAsync(Stop);
        var closed = await _server.NextAsync(Stop);
        Assert.True(opened.IsSigned && closed.IsSigned);
        Assert.Equal("application/json", opened.ContentType);
        Assert.Equal(("open", "credential_guessing", "warning", "192.0.2.7"), (Text(opened, "state"), Text(opened, "kind"), Text(opened, "severity"), Text(opened, "subject")));
        Assert.Equal("10 refused, the last as \"<script>\" & 'ü'", Text(opened, "seen"));
        Assert.Equal("closed", Text(closed, "state"));
        Assert.Equal(Text(opened, "id"), Text(closed, "id"));
        await CountAsync("iot.gateway.webhook.sent", 2);
    }

    [Fact]
    public async Task A_server_in_trouble_gets_it_again_until_it_takes_it_each_time_with_a_signature_of_then()
    {
        _server.Answers.Enqueue(HttpStatusCode.InternalServerError);
        _server.Answers.Enqueue(HttpStatusCode.TooManyRequests);
        await StartAsync(new() { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) }, TimeProvider.System);
        _rig!.Events.Raise(Finding("192.0.2.7"));

        for (var i = 0; i < 3; i++) Assert.True((await _server.NextAsync(Stop)).IsSigned);
        await CountAsync("iot.gateway.webhook.sent", 1);
        Assert.Equal((2, 0), (_heard!["iot.gateway.webhook.failures"], _heard["iot.gateway.webhook.given_up"]));
    }

    [Fact]
    public async Task What_is_refused_or_redirected_is_given_up_at_once_and_the_next_goes_out()
    {
        _server.Answers.Enqueue(HttpStatusCode.NotFound);
        _server.Answers.Enqueue(HttpStatusCode.Redirect);
        await StartAsync(new());
        _rig!.Events.Raise(Finding("192.0.2.1"));
        _rig.Events.Raise(Finding("192.0.2.2"));
        _rig.Events.Raise(Finding("192.0.2.3"));

        string[] subjects = [Text(await _server.NextAsync(Stop), "subject"), Text(await _server.NextAsync(Stop), "subject"), Text(await _server.NextAsync(Stop), "subject")];
        Assert.Equal(["192.0.2.1", "192.0.2.2", "192.0.2.3"], subjects);
        await CountAsync("iot.gateway.webhook.sent", 1);
        Assert.Equal(2, _heard!["iot.gateway.webhook.given_up"]);
        Assert.Equal(0, _server.Redirected);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_given_up_after_so_many_attempts()
    {
        await _server.StopAsync();
        await StartAsync(new() { Attempts = 3, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) }, TimeProvider.System);
        _rig!.Events.Raise(Finding("192.0.2.7"));

        await CountAsync("iot.gateway.webhook.given_up", 1);
        Assert.Equal(3, _heard!["iot.gateway.webhook.failures"]);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_waited_for_as_long_as_it_may_take()
    {
        _server.IsSilent = true;
        await StartAsync(new() { Attempts = 1, Timeout = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);
        _rig!.Events.Raise(Finding("192.0.2.7"));

        await CountAsync("iot.gateway.webhook.given_up", 1);
    }

    [Fact]
    public void What_finds_no_room_is_counted_and_nobody_waits()
    {
        var options = new WebhookOptions { Url = _server.Url, MaxQueued = 5 };
        _rig = new(options);
        _heard = new(_rig.Meters);
        for (var i = 0; i < 20; i++) _rig.Events.Raise(Finding($"192.0.2.{i}"));

        Assert.Equal(15, _heard["iot.gateway.webhook.given_up"]);
        Assert.Equal(5, _rig.Queue.Unsent);
    }

    [Fact]
    public void Less_severe_ones_are_not_sent_when_told_so_nor_anything_without_an_address()
    {
        _rig = new(new() { Url = _server.Url, Least = Severity.Critical });
        _rig.Events.Raise(Finding("192.0.2.7"));
        Assert.Equal(0, _rig.Queue.Unsent);
        _rig.Events.Raise(new(SecurityEventKind.CertificateShared, "pump-7", "both", "one"));
        Assert.Equal(1, _rig.Queue.Unsent);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sender is not null) await _sender.StopAsync(CancellationToken.None);
        _sender?.Dispose();
        if (_provider is not null) await _provider.DisposeAsync();
        if (_rig is not null) await _rig.DisposeAsync();
        _heard?.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartAsync(WebhookOptions options, TimeProvider? clock = null)
    {
        options = options with { Url = _server.Url, SecretFile = _directory["secret"] };
        _rig = new(options);
        _heard = new(_rig.Meters);
        _services.AddWebhook();
        _provider = _services.BuildServiceProvider();
        _sender = new(_rig.Queue, options, _provider.GetRequiredService<IHttpClientFactory>(), _rig.Metrics, clock ?? _rig.Clock, NullLogger<WebhookSender>.Instance);
        await _sender.StartAsync(Stop);
    }

    private Task CountAsync(string counter, long count) => Eventually.TrueAsync(() => _heard![counter] == count, $"{counter} is {count}");

    private static Finding Finding(string subject) => new(SecurityEventKind.CredentialGuessing, subject, "10 refused", "fewer") { Address = subject };

    private static string Text(HookMessage message, string name) => JsonDocument.Parse(message.Body).RootElement.GetProperty(name).GetString()!;
}
