using System.IO.Compression;
using System.Text;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

public sealed class InfluxHttpTests
{
    private static readonly Sample Any = new("a", 1.0, 1);
    private static readonly string[] Fast = ["Api=V2", "Org=o r g", "Bucket=b&c", "Token=t0k", "Retry:Delay=00:00:00.001", "Retry:MaxDelay=00:00:00.010", "Retry:HeldDelay=00:00:00.010"];

    [Fact]
    public async Task V2_posts_to_bucket_and_organisation_with_the_token()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(204));
        await using var rig = SinkRig.Over(server.Url, Fast);
        await rig.SendAsync(Any);

        var request = await server.ReceivedAsync();
        Assert.StartsWith("POST /api/v2/write?org=o%20r%20g&bucket=b%26c&precision=ns HTTP/1.1\r\n", request.Head);
        Assert.Contains("Authorization: Token t0k\r\n", request.Head);
        Assert.DoesNotContain("gzip", request.Head);
        Assert.Equal("telemetry,device=pump-7 a=1 1\n", Encoding.UTF8.GetString(request.Body));
    }

    [Fact]
    public async Task V1_posts_to_database_and_policy_with_user_and_password_below_the_url_s_path()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(204));
        await using var rig = SinkRig.Over(new Uri(server.Url, "influx/"), "Api=V1", "Database=iot", "RetentionPolicy=weekly", "Username=u", "Password=p");
        await rig.SendAsync(Any);

        var request = await server.ReceivedAsync();
        Assert.StartsWith("POST /influx/write?db=iot&rp=weekly&precision=ns HTTP/1.1\r\n", request.Head);
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String("u:p"u8)}\r\n", request.Head);
    }

    [Fact]
    public async Task A_body_is_packed_when_told_so()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(204));
        await using var rig = SinkRig.Over(server.Url, [.. Fast, "Gzip=On"]);
        for (var i = 1; i <= 2; i++)
        {
            await rig.SendAsync(Enumerable.Repeat(Any, i).ToArray());

            var request = await server.ReceivedAsync();
            Assert.Contains("Content-Encoding: gzip\r\n", request.Head);
            using var gzip = new StreamReader(new GZipStream(new MemoryStream(request.Body), CompressionMode.Decompress));
            Assert.Equal(string.Concat(Enumerable.Repeat("telemetry,device=pump-7 a=1 1\n", i)), await gzip.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:8086/", false)]
    [InlineData("http://[::1]:8086/", false)]
    [InlineData("http://influx:8086/", true)]
    public async Task Bodies_go_packed_only_to_other_machines(string url, bool packed)
    {
        var handler = new Recorder();
        using var http = new HttpClient(handler);
        await new InfluxHttp(http, new() { Url = new(url), Bucket = "b" }, new("", ""), TimeProvider.System)
            .WriteAsync("m a=1 1\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(packed, handler.Packed);
    }

    [Theory]
    [InlineData("Retry-After: 0\r\n")]
    [InlineData("Retry-After: Thu, 01 Jan 2026 00:00:00 GMT\r\n")]
    public async Task Overload_is_waited_out_with_either_form_of_retry_after(string header)
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(503, "", header), new(429, "", header), new(204));
        await using var rig = SinkRig.Over(server.Url, Fast);

        Assert.Equal(3, (await rig.SendAsync(Any)).Attempts);
    }

    [Theory]
    [InlineData("Retry-After: 90\r\n", 90)]
    [InlineData("Retry-After: Thu, 01 Jan 2026 00:02:00 GMT\r\n", 120)]
    [InlineData("Retry-After: Wed, 31 Dec 2025 00:00:00 GMT\r\n", 0)]
    public async Task Retry_after_is_read_in_seconds_and_as_a_date(string header, int seconds)
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(503, "", header));
        using var http = new HttpClient();
        var answer = await new InfluxHttp(http, new() { Url = server.Url, Bucket = "b" }, new("", ""), new TimerClock())
            .WriteAsync("m a=1 1\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal((AnswerKind.Overloaded, TimeSpan.FromSeconds(seconds)), (answer.Kind, answer.RetryAfter!.Value));
    }

    [Fact]
    public async Task Broken_connections_are_tried_again()
    {
        await using var server = new ScriptedServer(
            new ScriptedAnswer(0) { Reset = true }, new(0) { ResetAfterBytes = 5 }, new(500, "x") { CutBody = true }, new(204));
        await using var rig = SinkRig.Over(server.Url, [.. Fast, "Circuit:MinimumThroughput=100", "Circuit:Sampling=00:10:00"]);
        var outcome = await rig.SendAsync(Any);

        Assert.Empty(outcome.Refused);
        Assert.Equal(4, outcome.Attempts);
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_a_large_body_is_tried_again_whole()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(0) { ResetAfterBytes = 200_000 }, new(204));
        await using var rig = SinkRig.Over(server.Url, Fast);
        var outcome = await rig.SendAsync(new Sample("a", new string('x', 3_000_000), 1));

        Assert.Equal(2, outcome.Attempts);
        await server.ReceivedAsync();
        Assert.True((await server.ReceivedAsync()).Body.Length > 3_000_000);
    }

    [Fact]
    public async Task A_413_at_the_head_of_a_large_body_is_read_and_splits_it()
    {
        await using var server = new ScriptedServer(head => ScriptedServer.LengthOf(head) > 2_000_000 ? new(413) { AtHead = true } : new(204));
        await using var rig = SinkRig.Over(server.Url, Fast);
        var outcome = await rig.SendAsync(new Sample("a", new string('x', 1_600_000), 1), new Sample("a", new string('y', 1_600_000), 2));

        Assert.Empty(outcome.Refused);
        var first = await server.ReceivedAsync();
        Assert.Contains("Expect: 100-continue", first.Head);
        while (first.Body.Length == 0) first = await server.ReceivedAsync(); // an answer that takes more than a second is not waited for
        Assert.True(first.Body.Length > 1_600_000);
        Assert.True((await server.ReceivedAsync()).Body.Length > 1_600_000);
    }

    [Fact]
    public async Task A_slow_server_is_a_timeout_and_tried_again()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(0) { Silent = true }, new(204));
        await using var rig = SinkRig.Over(server.Url, [.. Fast, "Timeout=00:00:02"]);

        Assert.Equal(2, (await rig.SendAsync(Any)).Attempts);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_but_shown_to_a_person()
    {
        await using var server = new ScriptedServer(new ScriptedAnswer(302, "", "Location: /login\r\n"), new(204));
        await using var rig = SinkRig.Over(server.Url, Fast);
        await rig.SendAsync(Any);

        Assert.Contains("302", Assert.Single(rig.Log.Of(2003)));
        await server.ReceivedAsync();
        Assert.StartsWith("POST /api/v2/write", (await server.ReceivedAsync()).Head);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable()
    {
        using var http = new HttpClient();
        var answer = await new InfluxHttp(http, new() { Url = new($"http://127.0.0.1:{Iot.Testing.FreePort.Next()}/"), Bucket = "b" }, new("", ""), TimeProvider.System)
            .WriteAsync("m a=1 1\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
        Assert.Contains("refused", answer.Words);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unavailable()
    {
        using var http = new HttpClient();
        var answer = await new InfluxHttp(http, new() { Url = new("http://no-such-host.invalid/"), Bucket = "b" }, new("", ""), TimeProvider.System)
            .WriteAsync("m a=1 1\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal(AnswerKind.Unavailable, answer.Kind);
    }

    private sealed class Recorder : HttpMessageHandler
    {
        public bool Packed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Packed = request.Content!.Headers.ContentEncoding.Contains("gzip");
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NoContent));
        }
    }
}
