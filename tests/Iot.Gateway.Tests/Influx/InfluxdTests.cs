using Iot.Gateway.Delivery;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx;

/// <summary>Against a real influxd 1.6 by the V1 API, a database of its own for each test.</summary>
public sealed class InfluxdTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private const long Minute = 60_000_000_000;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData("Off"), InlineData("On")]
    public async Task What_was_sent_is_there_field_for_field(string gzip)
    {
        var (rig, database) = await fixture.RigAsync($"Gzip={gzip}");
        await using var _ = rig;
        var outcome = await rig.SendAsync(Spooled.Judged(7, "pump-7", "line=3,site=hall\\ 1", [],
            new("temperature", 21.5), new("tiny", 1.2345678901234567e-9), new("huge", -1.5e300), new("on", true), new("off", false),
            new("note", "say \"hi\" \\ a,b=c d\nnext"), new("raw", new byte[] { 0xff, 0xef }), new Sample("flow", 2.0, Sum: 17.25)));

        Assert.Equal((0, 1), (outcome.Refused.Count, outcome.Attempts));
        var table = (await fixture.Influxd.QueryAsync(database, "SELECT * FROM telemetry"))!;
        Assert.Equal(Spooled.Time, table.Column("time").Single().GetInt64());
        Assert.Equal("pump-7", table.Column("device").Single().GetString());
        Assert.Equal("3", table.Column("line").Single().GetString());
        Assert.Equal("hall 1", table.Column("site").Single().GetString());
        Assert.Equal(21.5, table.Column("temperature").Single().GetDouble());
        Assert.Equal(1.2345678901234567e-9, table.Column("tiny").Single().GetDouble());
        Assert.Equal(-1.5e300, table.Column("huge").First(cell => cell.ValueKind == System.Text.Json.JsonValueKind.Number).GetDouble());
        Assert.True(table.Column("on").Single().GetBoolean());
        Assert.False(table.Column("off").Single().GetBoolean());
        Assert.Equal("_-8", table.Column("raw").Single().GetString());
        Assert.Equal((2.0, 17.25), (table.Column("flow").Single().GetDouble(), table.Column("flow_sum").Single().GetDouble()));
    }

    [Fact]
    public async Task Text_with_line_feeds_is_kept_as_it_is()
    {
        var (rig, database) = await fixture.RigAsync();
        await using var _ = rig;
        await rig.SendAsync(new("note", "a\nb \"c\"", 1), new Sample("a,b=c d", 1.0, 1, "m, n=o", "t\\,ag=v\\=1\\ 2"));

        Assert.Equal("a\nb \"c\"", (await fixture.Influxd.QueryAsync(database, "SELECT note FROM telemetry"))!.Column("note").Single().GetString());
        Assert.Equal("v=1 2", (await fixture.Influxd.QueryAsync(database, "SELECT * FROM \"m, n=o\""))!.Column("t,ag").Single().GetString());
        Assert.Equal(1, (await fixture.Influxd.QueryAsync(database, "SELECT \"a,b=c d\" FROM \"m, n=o\""))!.Column("a,b=c d").Single().GetDouble());
    }

    [Fact]
    public async Task Sent_again_nothing_changes()
    {
        var (rig, database) = await fixture.RigAsync();
        await using var _ = rig;
        var samples = Enumerable.Range(0, 100).Select(i => new Sample("a", i, i)).ToArray();
        await rig.SendAsync(samples);
        await rig.SendAsync(samples);

        Assert.Equal(100, (await fixture.Influxd.QueryAsync(database, "SELECT count(a) FROM telemetry"))!.Column("count").Single().GetInt64());
    }

    [Fact]
    public async Task One_bad_line_among_many_is_refused_alone_in_one_request()
    {
        var (rig, database) = await fixture.RigAsync();
        await using var _ = rig;
        var outcome = await rig.SendAsync([.. Enumerable.Range(0, 3000).Select(i => new Sample("a", i == 1234 ? double.NaN : i, i))]);

        Assert.Equal((1234, RejectReason.SinkRefused), (Assert.Single(outcome.Refused).Index, outcome.Refused[0].Reason));
        Assert.Equal(1, outcome.Attempts);
        Assert.Equal(2999, (await fixture.Influxd.QueryAsync(database, "SELECT count(a) FROM telemetry"))!.Column("count").Single().GetInt64());
    }

    [Fact]
    public async Task When_all_lines_are_bad_all_are_refused_and_soon()
    {
        var (rig, _) = await fixture.RigAsync();
        await using var owned = rig;
        var outcome = await rig.SendAsync([.. Enumerable.Range(0, 12_000).Select(i => new Sample("a", double.NaN, i))]);

        Assert.Equal(12_000, outcome.Refused.Select(one => one.Index).Distinct().Count());
        Assert.InRange(outcome.Attempts, 2, 200);
    }

    [Fact]
    public async Task A_type_conflict_costs_only_the_readings_in_conflict()
    {
        var (rig, database) = await fixture.RigAsync();
        await using var _ = rig;
        await rig.SendAsync(new Sample("a", 0.0, 0));
        var outcome = await rig.SendAsync(
            new("a", "text", 1), new("b", 1.0, 1), new("a", 2.0, 2), new("c", "text", 2), new("a", true, 3), new Sample("d", 3.0, 3));

        Assert.Equal([0, 4], outcome.Refused.Select(one => one.Index).Order());
        Assert.All(outcome.Refused, one => Assert.Equal(RejectReason.SinkTypeConflict, one.Reason));
        var table = (await fixture.Influxd.QueryAsync(database, "SELECT count(a), count(b), count(c), count(d) FROM telemetry"))!;
        Assert.Equal([2, 1, 1, 1], table.Rows.Single()[1..].Select(cell => cell.GetInt64()));
    }

    [Fact]
    public async Task Conflicts_in_several_shards_are_all_found()
    {
        const long month = 30L * 24 * 60 * Minute;
        var (rig, database) = await fixture.RigAsync();
        await using var _ = rig;
        await rig.SendAsync(new("a", 0.0, 0), new("b", 0.0, month));
        var outcome = await rig.SendAsync(new("a", "text", 1), new("b", 5.0, 2), new("b", "text", month + 1), new("a", 6.0, month + 2));

        Assert.Equal([0, 2], outcome.Refused.Select(one => one.Index).Order());
        var table = (await fixture.Influxd.QueryAsync(database, "SELECT count(a), count(b) FROM telemetry"))!;
        Assert.Equal([2, 2], table.Rows.Single()[1..].Select(cell => cell.GetInt64()));
    }

    [Fact]
    public async Task Points_beyond_retention_are_refused_and_the_rest_stored()
    {
        var (rig, database) = await fixture.RigAsync("RetentionPolicy=short");
        await using var _ = rig;
        await fixture.Influxd.QueryAsync(database, $"CREATE RETENTION POLICY short ON \"{database}\" DURATION 1h REPLICATION 1");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var outcome = await rig.SendAsync(new Sample("a", 1.0, now), new Sample("a", 2.0, 1));

        Assert.Equal(1, Assert.Single(outcome.Refused).Index);
        Assert.Contains("retention", outcome.Refused[0].Detail);
    }

    [Fact]
    public async Task An_unknown_database_holds_everything_until_it_is_there()
    {
        var database = fixture.NewName();
        await using var rig = SinkRig.Over(fixture.Influxd.Url, "Api=V1", $"Database={database}", "Retry:HeldDelay=00:00:00.050");
        var sent = rig.SendAsync(new Sample("a", 1.0));
        await Eventually.TrueAsync(() => rig.Sink.Health.Problem is not null, "the problem shows");
        Assert.Contains("database not found", rig.Sink.Health.Problem);
        Assert.Equal(CircuitState.Closed, rig.Sink.Health.Circuit);
        Assert.False((await rig.Check.CheckAsync(Cancellation)).IsWell);

        await fixture.Influxd.CreateDatabaseAsync(database);
        Assert.Empty((await sent).Refused);
        Assert.Null(rig.Sink.Health.Problem);
        Assert.Single(rig.Log.Of(2003));
        Assert.True((await rig.Check.CheckAsync(Cancellation)).IsWell);
        Assert.NotNull(await fixture.Influxd.QueryAsync(database, "SELECT a FROM telemetry"));
    }

    [Fact]
    public async Task An_unknown_retention_policy_needs_a_person_and_refuses_nothing()
    {
        var (rig, _) = await fixture.RigAsync("RetentionPolicy=nope", "Retry:HeldDelay=00:00:30");
        await using var owned = rig;
        using var stop = new CancellationTokenSource();
        var sent = rig.SendUntilAsync(Spooled.Message(7, new Sample("a", 1.0)), stop.Token);
        await Eventually.TrueAsync(() => rig.Sink.Health.Problem is not null, "the problem shows");
        Assert.Contains("retention policy not found", rig.Sink.Health.Problem);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
    }

    [Fact]
    public async Task A_killed_server_opens_the_circuit_and_nothing_is_lost()
    {
        await using var influxd = await Influxd.StartAsync();
        await influxd.CreateDatabaseAsync("iot");
        await using var rig = SinkRig.Over(influxd.Url, "Api=V1", "Database=iot", "Circuit:BreakDuration=00:00:00.500", "Circuit:MinimumThroughput=20", "Circuit:Sampling=00:05:00", "Retry:Delay=00:00:00.020", "Retry:MaxDelay=00:00:00.100");
        await rig.SendAsync(new Sample("a", 1.0, 1));

        await influxd.KillAsync();
        var (first, second) = (rig.SendAsync(new Sample("a", 2.0, 2)), rig.SendAsync(new Sample("a", 3.0, 3)));
        await Eventually.TrueAsync(() => rig.Sink.Health.Circuit == CircuitState.Open, "the circuit opens");
        Assert.False((await rig.Check.CheckAsync(Cancellation)).IsWell);

        await influxd.StartAgainAsync();
        var outcomes = await Task.WhenAll(first, second);
        Assert.All(outcomes, outcome => Assert.True(outcome.Attempts > 1));
        Assert.Equal(new(CircuitState.Closed, null), rig.Sink.Health with { Since = null });
        Assert.Equal(3, (await influxd.QueryAsync("iot", "SELECT count(a) FROM telemetry"))!.Column("count").Single().GetInt64());
    }
}
