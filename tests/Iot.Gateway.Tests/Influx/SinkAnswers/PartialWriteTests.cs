namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>400, 422, 500 partial write: the rest is stored and not sent again, the bad lines become dead letters.</summary>
public sealed class PartialWriteTests
{
    private static readonly int[] Bad = [3, 77, 450];

    [Theory, InlineData("V1"), InlineData("V3")]
    public async Task A_server_that_names_the_bad_lines_gets_nothing_again(string style)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        server.Answer = body => Task.FromResult(Judge(body, ServerStyle.Of(style).PartialWrite));
        await gateway.IngestAsync(AnsweredGateway.Values(500, Bad));

        Assert.Equal(new("Influx", 497, 0, 3), await gateway.SettledAsync());
        Assert.Equal((497, 1), (server.Stored.Count, server.Bodies.Count));
        Assert.Equal(Bad, gateway.Core.DeadLetters().Select(kept => kept.Letter.Index).Order());
        Assert.All(gateway.Core.DeadLetters(), kept => Assert.Contains("bad number", kept.Letter.Detail));
    }

    /// <summary>2 says 422, its first release 500.</summary>
    [Theory, InlineData(422), InlineData(500)]
    public async Task A_server_that_only_counts_them_gets_halves_until_they_stand_alone(int status)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, "V2");
        server.Answer = body => Task.FromResult(Judge(body, bad => ServerStyle.Of("V2").PartialWrite(bad) with { Status = status }));
        await gateway.IngestAsync(AnsweredGateway.Values(500, Bad));

        Assert.Equal(new("Influx", 497, 0, 3), await gateway.SettledAsync());
        Assert.Equal(497, server.Stored.Count);
        Assert.True(server.Bodies.Count - 1 <= Bad.Length * ((2 * Math.Log2(500)) + 1), $"{server.Bodies.Count} requests");
        Assert.Equal(Bad, gateway.Core.DeadLetters().Select(kept => kept.Letter.Index).Order());
        Assert.Equal(new(Delivery.CircuitState.Closed, null), gateway.Rig.Sink.Health with { Since = null });
    }

    [Theory, MemberData(nameof(ServerStyle.Names), MemberType = typeof(ServerStyle))]
    public async Task When_all_lines_are_bad_all_become_dead_letters_and_soon(string style)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        server.Answer = body => Task.FromResult(Judge(body, ServerStyle.Of(style).PartialWrite));
        await gateway.IngestAsync(AnsweredGateway.Values(1000, [.. Enumerable.Range(0, 1000)]));

        Assert.Equal(new("Influx", 0, 0, 1000), await gateway.SettledAsync());
        Assert.InRange(server.Bodies.Count, 1, 40);
    }

    private static ScriptedAnswer Judge(StandInBody body, Func<IReadOnlyList<BadLine>, ScriptedAnswer> partial)
    {
        body.Store(line => !IsBad(line));
        return body.Where(IsBad) is { Count: > 0 } bad ? partial(bad) : new(204);
    }

    private static bool IsBad(ParsedLine line) => line.Fields[0].Value.Equals(AnsweredGateway.Bad);
}
