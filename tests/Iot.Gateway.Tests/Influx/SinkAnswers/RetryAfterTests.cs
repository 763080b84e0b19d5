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
        long first = 0, second = 0;
        server.Answer = body =>
        {
            if (first != 0)
            {
                if (second == 0) second = Stopwatch.GetTimestamp();
                return StandInServer.Stores(body);
            }

            first = Stopwatch.GetTimestamp();
            var until = asDate ? TimeProvider.System.GetUtcNow().AddSeconds(2).ToString("R") : "1";
            return Task.FromResult(ServerStyle.Of(style).Plain(status, "not now") with { Headers = $"Retry-After: {until}\r\n" });
        };
        await gateway.IngestAsync(AnsweredGateway.Values(10));

        Assert.Equal(new("Influx", 10, 0, 0), await gateway.SettledAsync());
        Assert.Equal(2, server.Bodies.Count);
        var waited = Stopwatch.GetElapsedTime(first, second);
        Assert.True(waited >= TimeSpan.FromSeconds(0.95), $"the second request came {waited.TotalSeconds:0.00} s after the first"); // a date has no fractions
    }
}
