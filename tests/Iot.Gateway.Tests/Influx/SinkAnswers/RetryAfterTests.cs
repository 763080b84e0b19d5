using System.Diagnostics;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>429, 503 with Retry-After, in seconds or as a date: obeyed by all writes, nothing lost.</summary>
public sealed class RetryAfterTests
{
    [Theory]
    [InlineData("V1", 503, false)]
    [InlineData("V1", 429, true)]
    [InlineData("V2", 429, false)]
    [InlineData("V2", 503, true)]
    [InlineData("V3", 503, false)]
    [InlineData("V3", 429, true)]
    public async Task Nothing_is_sent_before_the_time_the_server_asked_for(string style, int status, bool asDate)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        var until = TimeProvider.System.GetUtcNow().AddSeconds(2);
        var started = Stopwatch.GetTimestamp();
        var asked = ServerStyle.Of(style).Plain(status, "not now") with { Headers = $"Retry-After: {(asDate ? until.ToString("R") : "1")}\r\n" };
        server.AnswerAlways(asked);
        await gateway.IngestAsync(AnsweredGateway.Values(10));
        await Testing.Eventually.TrueAsync(() => server.Bodies.Count > 0, "it was asked");
        server.Answer = body =>
        {
            started = Stopwatch.GetTimestamp() - started;
            return StandInServer.Stores(body);
        };

        Assert.Equal(new("Influx", 10, 0, 0), await gateway.SettledAsync());
        Assert.Equal(2, server.Bodies.Count);
        Assert.True(started >= 0.95 * Stopwatch.Frequency, $"the second request came {(double)started / Stopwatch.Frequency:0.00} s after the first was made"); // a date has no fractions
    }
}
