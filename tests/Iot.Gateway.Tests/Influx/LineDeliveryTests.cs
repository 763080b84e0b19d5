using CsCheck;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Tests.Influx;

public sealed class LineDeliveryTests
{
    private const double Bad = 666;

    public static TheoryData<string> Styles => [.. AllStyles.Keys];

    private static readonly Dictionary<string, RefusalStyle> AllStyles = new()
    {
        ["mute"] = RefusalStyle.Mute,
        ["v2"] = RefusalStyle.V2,
        ["v1"] = RefusalStyle.V1,
        ["mute partial"] = RefusalStyle.MutePartial,
        ["counted"] = RefusalStyle.Counted,
        ["v2.0"] = RefusalStyle.V20,
        ["v3"] = RefusalStyle.V3,
    };

    [Theory, MemberData(nameof(Styles))]
    public async Task Bad_lines_are_refused_and_all_others_stored_within_the_bound_of_requests(string style) =>
        await Gen.Int[1, 300].SelectMany(lines => Gen.Int[0, lines - 1].HashSet[0, Math.Min(lines, 5)].Select(bad => (lines, bad))).SampleAsync(
            async input =>
            {
                var server = new PickyServer(line => line.Fields.Any(field => field.Value.Equals(Bad)), AllStyles[style]);
                var outcome = await DeliverAsync(server, [.. Enumerable.Range(0, input.lines).Select(i => new Sample("a", input.bad.Contains(i) ? Bad : i + 1000, i))]);

                Assert.Equal(input.bad.Order(), outcome.Refused.Select(one => one.Index).Order());
                Assert.Equal(input.lines - input.bad.Count, server.Stored.Count);
                Assert.True(server.Requests - 1 <= input.bad.Count * ((2 * Math.Log2(input.lines)) + 1), $"{server.Requests} requests");
                Assert.Equal(server.Requests, outcome.Attempts);
            },
            iter: 60, threads: 1);

    [Theory, InlineData("v1", 1), InlineData("v3", 1), InlineData("counted", 1000)]
    public async Task The_rest_of_a_partial_write_is_not_sent_again(string style, int bad)
    {
        var server = new PickyServer(line => line.Fields[0].Value.Equals(Bad), AllStyles[style]);
        var outcome = await DeliverAsync(server, [.. Enumerable.Range(0, 1000).Select(i => new Sample("a", i < bad ? Bad : i + 1000, i))]);

        Assert.Equal((1, bad), (server.Requests, outcome.Refused.Count));
    }

    [Theory, MemberData(nameof(Styles))]
    public async Task A_bad_reading_costs_none_of_those_in_its_line(string style)
    {
        var server = new PickyServer(line => line.Fields.Any(field => field.Value.Equals(Bad)), AllStyles[style]);
        var outcome = await DeliverAsync(server, new("a", 1.0, 1), new("b", Bad, 1), new("c", 3.0, 1), new("a", 4.0, 2), new("b", 5.0, 2));

        Assert.Equal(1, Assert.Single(outcome.Refused).Index);
        Assert.Equal(4, server.Stored.Count);
    }

    [Theory, MemberData(nameof(Styles))]
    public async Task The_last_value_of_a_point_stays_whatever_is_sent_again(string style) =>
        await Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Bool).Array[1, 30].SampleAsync(
            async input =>
            {
                var server = new PickyServer(line => line.Fields.Any(field => field.Value is string), AllStyles[style]);
                var samples = input.Select((one, i) => new Sample($"f{one.Item1}", one.Item3 ? "bad" : (double)i, one.Item2)).ToArray();
                await DeliverAsync(server, samples);

                var expected = new Dictionary<(string, long, string), object>();
                foreach (var sample in samples.Where(sample => sample.Value is double)) expected[("telemetry", sample.TimeNs, sample.Field)] = sample.Value!;
                Assert.Equal(expected, server.Stored);
            },
            iter: 100, threads: 1);

    [Fact]
    public async Task A_body_that_is_too_large_is_sent_in_halves_and_the_limit_remembered()
    {
        var server = new PickyServer(_ => false, RefusalStyle.Mute, maxBytes: 2000);
        await using var rig = SinkRig.Over(server);

        await rig.SendAsync([.. Enumerable.Range(0, 200).Select(i => new Sample("a", i, i))]);
        var requests = server.Requests;
        Assert.Equal(200, server.Stored.Count);

        var again = await rig.SendAsync([.. Enumerable.Range(0, 200).Select(i => new Sample("a", i, i))]);
        Assert.True(server.Requests - requests < requests, "the second time it knows");
        Assert.Equal(1, again.Attempts);
    }

    [Fact]
    public async Task A_single_reading_that_is_too_large_is_refused()
    {
        var server = new PickyServer(_ => false, RefusalStyle.Mute, maxBytes: 2000);
        var outcome = await DeliverAsync(server, new("a", 1.0, 1), new("b", new string('x', 3000), 1), new("c", 3.0, 1));

        Assert.Equal((1, RejectReason.SinkTooLarge), (Assert.Single(outcome.Refused).Index, outcome.Refused[0].Reason));
        Assert.Equal(2, server.Stored.Count);
    }

    [Fact]
    public async Task The_server_s_words_stand_beside_what_it_refused()
    {
        var server = new PickyServer(line => line.Fields[0].Value.Equals(Bad), RefusalStyle.V1);
        var refused = Assert.Single((await DeliverAsync(server, new("a", 1.0, 1), new("a", Bad, 2))).Refused);

        Assert.Equal(7UL, refused.Offset);
        Assert.StartsWith("400 partial write: unable to parse 'telemetry,device=pump-7 a=666 2': bad", refused.Detail);
        Assert.Equal(RejectReason.SinkRefused, refused.Reason);
    }

    private static async Task<WriteOutcome> DeliverAsync(PickyServer server, params Sample[] samples)
    {
        await using var rig = SinkRig.Over(server);
        return await rig.SendAsync(samples);
    }
}
