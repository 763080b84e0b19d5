namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>204: stored.</summary>
public sealed class StoredTests
{
    [Theory, MemberData(nameof(ServerStyle.Names), MemberType = typeof(ServerStyle))]
    public async Task What_was_answered_204_is_stored_and_not_sent_again(string style)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, style);
        await gateway.IngestAsync(AnsweredGateway.Values(500));

        Assert.Equal(new("Influx", 500, 0, 0), await gateway.SettledAsync());
        Assert.Equal((500, 1), (server.Stored.Count, server.Bodies.Count));
    }
}
