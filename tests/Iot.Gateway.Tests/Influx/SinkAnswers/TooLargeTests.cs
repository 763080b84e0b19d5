using Iot.Gateway.Delivery;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>413: split; later bodies are smaller.</summary>
public sealed class TooLargeTests
{
    private const int MostBytes = 4000;

    [Theory, MemberData(nameof(ServerStyle.Names), MemberType = typeof(ServerStyle))]
    public async Task What_is_too_large_is_sent_in_pieces_and_what_follows_is_small_enough_at_once(string style)
    {
        await using var server = new StandInServer();
        var refused = 0;
        server.Answer = body =>
        {
            if (body.Bytes <= MostBytes) return StandInServer.Stores(body);

            refused++;
            return Task.FromResult(ServerStyle.Of(style).Plain(413, "Request Entity Too Large"));
        };
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        await gateway.IngestAsync(AnsweredGateway.Values(500));

        Assert.Equal(new("Influx", 500, 0, 0), await gateway.SettledAsync());
        Assert.Empty(gateway.Core.DeadLetters());
        Assert.InRange(refused, 1, 10);

        var before = refused;
        await gateway.IngestAsync(AnsweredGateway.Values(500));
        Assert.Equal(new("Influx", 1000, 0, 0), await gateway.SettledAsync());
        Assert.Equal((1000, before), (server.Stored.Count, refused));
        Assert.Equal(new(CircuitState.Closed, null), gateway.Rig.Sink.Health with { Since = null });
    }

    [Theory, MemberData(nameof(ServerStyle.Names), MemberType = typeof(ServerStyle))]
    public async Task One_reading_that_is_too_large_alone_becomes_a_dead_letter(string style)
    {
        await using var server = new StandInServer();
        server.Answer = body => body.Bytes <= MostBytes ? StandInServer.Stores(body) : Task.FromResult(ServerStyle.Of(style).Plain(413, "Request Entity Too Large"));
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        await gateway.IngestAsync(1.0, new string('x', MostBytes), 3.0);

        Assert.Equal(new("Influx", 2, 0, 1), await gateway.SettledAsync());
        Assert.Equal(RejectReason.SinkTooLarge, Assert.Single(gateway.Core.DeadLetters()).Letter.Reason);
    }
}
