using System.Text;
using CsCheck;
using Iot.Gateway.DeadLetters;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>400 malformed, nothing stored: the bad lines are found and dead-lettered, the rest is stored.</summary>
public sealed class MalformedTests
{
    private static readonly Gen<(int Lines, HashSet<int> Bad)> Bodies =
        Gen.Int[2, 300].SelectMany(lines => Gen.Int[0, lines - 1].HashSet[1, Math.Min(lines, 5)].Select(bad => (lines, bad)));

    public static TheoryData<string> Styles => ["V1", "V2", "V3", "mute"];

    [Theory, MemberData(nameof(Styles))]
    public async Task Only_the_bad_lines_become_dead_letters_within_the_bound_of_requests(string style)
    {
        await using var server = new StandInServer();
        await using var gateway = await AnsweredGateway.StartAsync(server, style is "mute" ? "V2" : style);
        server.Answer = body => Task.FromResult(Judge(body, style));

        await Bodies.SampleAsync(
            async body =>
            {
                var (requests, letters, stored) = (server.Bodies.Count, gateway.Core.DeadLetters().Count, server.Stored.Count);
                var payload = await gateway.IngestAsync(AnsweredGateway.Values(body.Lines, body.Bad));
                await gateway.SettledAsync();

                Assert.Equal(body.Lines - body.Bad.Count, server.Stored.Count - stored);
                AssertKept(gateway, gateway.Core.DeadLetters().Take(gateway.Core.DeadLetters().Count - letters).ToList(), body.Bad, payload);
                var extra = server.Bodies.Count - requests - 1;
                Assert.True(extra <= body.Bad.Count * ((2 * Math.Log2(body.Lines)) + 1), $"{extra} requests more for {body.Bad.Count} of {body.Lines} lines");
            },
            iter: 25, threads: 1);

        Assert.Equal(new(Delivery.CircuitState.Closed, null), gateway.Rig.Sink.Health with { Since = null });
    }

    private static ScriptedAnswer Judge(StandInBody body, string style)
    {
        var bad = body.Where(line => line.Fields[0].Value.Equals(AnsweredGateway.Bad));
        if (bad.Count > 0) return style is "mute" ? new(400, """{"code":"invalid","message":"invalid line protocol"}""") : ServerStyle.Of(style).Malformed(bad);

        body.Store(_ => true);
        return new(204);
    }

    private static void AssertKept(AnsweredGateway gateway, List<KeptDeadLetter> letters, HashSet<int> bad, string payload)
    {
        Assert.Equal(bad.Order(), letters.Select(kept => kept.Letter.Index).Order());
        foreach (var kept in letters)
        {
            Assert.Equal(("Influx", RejectReason.SinkRefused), (kept.Letter.Origin, kept.Letter.Reason));
            Assert.Equal(payload, Encoding.UTF8.GetString(gateway.Core.DeadLetter(kept.Id).Letter.Payload.Span));
        }
    }
}
