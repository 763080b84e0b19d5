namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>Field type conflict: those readings become dead letters, all others are stored and not sent again.</summary>
public sealed class TypeConflictTests
{
    [Theory, MemberData(nameof(ServerStyle.Names), MemberType = typeof(ServerStyle))]
    public async Task Text_where_numbers_are_becomes_a_dead_letter_and_costs_nothing_else(string style)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        server.Answer = body =>
        {
            body.Store(line => !IsText(line));
            return Task.FromResult(body.Where(IsText) is { Count: > 0 } bad ? ServerStyle.Of(style).TypeConflict(bad, "v") : new(204));
        };
        await gateway.IngestAsync(1.0, "two", 3.0, 4.0, "five, and so on");

        Assert.Equal(new("Influx", 3, 0, 2), await gateway.SettledAsync());
        Assert.Equal([1, 4], gateway.Core.DeadLetters().Select(kept => kept.Letter.Index).Order());
        Assert.All(gateway.Core.DeadLetters(), kept => Assert.Equal(RejectReason.SinkTypeConflict, kept.Letter.Reason));
        Assert.Equal((3, 1), (server.Stored.Count, server.Bodies.Count));
    }

    private static bool IsText(ParsedLine line) => line.Fields[0].Value is string;
}
