using Iot.Gateway.Delivery;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>401, 403, 404, and the 400s about the request: everything is held until a person has put it right.</summary>
public sealed class NeedsPersonTests
{
    [Theory]
    [InlineData("V1", 401, "authorization failed")]
    [InlineData("V1", 403, "\"u\" user is not authorized to write to database \"iot\"")]
    [InlineData("V1", 404, "database not found: \"iot\"")]
    [InlineData("V1", 400, "retention policy not found: weekly")]
    [InlineData("V2", 401, "unauthorized access")]
    [InlineData("V2", 403, "insufficient permissions for write")]
    [InlineData("V2", 404, "bucket \"iot\" not found")]
    [InlineData("V3", 401, "the request was not authenticated")]
    [InlineData("V3", 403, "the request was not authorized")]
    [InlineData("V3", 404, "database not found: iot")]
    [InlineData("V3", 400, "invalid character in database name: must be ASCII, containing only letters, numbers, underscores, or hyphens")]
    [InlineData("V3", 400, "db name did not start with a number or letter")]
    public async Task All_is_held_health_says_so_the_log_once_and_it_goes_on_when_put_right(string style, int status, string words)
    {
        await using var server = new StandInServer();
        server.AnswerAlways(ServerStyle.Of(style).Plain(status, words));
        await using var gateway = await AnsweredGateway.StartAsync(server, style, "MaxInFlight=1", "Circuit:Sampling=00:01:00"); // else one under way may be refused after another is taken
        for (var i = 0; i < 20; i++) await gateway.IngestAsync(AnsweredGateway.Values(10));

        await gateway.HeldAsync(200, health => health.Problem is not null);
        var seen = server.Bodies.Count;
        await Eventually.TrueAsync(() => server.Bodies.Count >= seen + 3, "it is asked again and again");
        Assert.Contains(words, gateway.Rig.Sink.Health.Problem);
        Assert.Equal(CircuitState.Closed, gateway.Rig.Sink.Health.Circuit);
        Assert.Contains(words, Assert.Single(gateway.Rig.Log.Of(2003)));

        server.Answer = StandInServer.Stores;
        Assert.Equal(new("Influx", 200, 0, 0), await gateway.SettledAsync());
        Assert.Equal(new(CircuitState.Closed, null), gateway.Rig.Sink.Health with { Since = null });
        Assert.Single(gateway.Rig.Log.Of(2004));
    }
}
