using Iot.Gateway.Delivery;
using Iot.Testing;

namespace Iot.Gateway.Tests.Influx.SinkAnswers;

/// <summary>The answers that a real influxd 1.6 can be brought to give, each through ingest, spool and delivery.</summary>
public sealed class InfluxdAnswersTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    [Fact]
    public async Task Partial_write_what_lies_beyond_retention_becomes_a_dead_letter_and_the_rest_is_stored()
    {
        var database = fixture.NewName();
        await fixture.Influxd.CreateDatabaseAsync(database);
        await fixture.Influxd.QueryAsync(database, $"CREATE RETENTION POLICY short ON \"{database}\" DURATION 1h REPLICATION 1");
        await using var gateway = await AnsweredGateway.StartAsync(fixture.Influxd.Url, "Api=V1", $"Database={database}", "RetentionPolicy=short");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(IngestResult.Stored, await gateway.Core.IngestAsync(AnsweredGateway.Device,
            $$"""[{"epoch":"00000000000000aa","seq":1,"n":"v","v":1,"t":{{now - 2}}},{"n":"v","v":2,"t":1600000000},{"n":"v","v":3,"t":{{now - 1}}}]"""));

        Assert.Equal(new("Influx", 2, 0, 1), await gateway.SettledAsync());
        var letter = Assert.Single(gateway.Core.DeadLetters()).Letter;
        Assert.Equal((1, RejectReason.SinkRefused), (letter.Index, letter.Reason));
        Assert.Equal(2, await CountAsync(fixture.Influxd, database, "short"));
    }

    [Fact]
    public async Task Type_conflict_costs_only_the_readings_in_conflict()
    {
        var database = fixture.NewName();
        await fixture.Influxd.CreateDatabaseAsync(database);
        await using var gateway = await AnsweredGateway.StartAsync(fixture.Influxd.Url, "Api=V1", $"Database={database}");
        await gateway.IngestAsync(1.0);
        await gateway.SettledAsync();
        await gateway.IngestAsync(2.0, "three", 4.0, "five");

        Assert.Equal(new("Influx", 3, 0, 2), await gateway.SettledAsync());
        Assert.All(gateway.Core.DeadLetters(), kept => Assert.Equal(RejectReason.SinkTypeConflict, kept.Letter.Reason));
        Assert.Equal(3, await CountAsync(fixture.Influxd, database, "autogen"));
    }

    [Fact]
    public async Task Unknown_database_holds_all_until_somebody_makes_it()
    {
        var database = fixture.NewName();
        await using var gateway = await AnsweredGateway.StartAsync(fixture.Influxd.Url, "Api=V1", $"Database={database}");
        for (var i = 0; i < 10; i++) await gateway.IngestAsync(AnsweredGateway.Values(10));
        await gateway.HeldAsync(100, health => health.Problem is not null);
        Assert.Contains("database not found", gateway.Rig.Sink.Health.Problem);

        await fixture.Influxd.CreateDatabaseAsync(database);
        Assert.Equal(new("Influx", 100, 0, 0), await gateway.SettledAsync());
        Assert.Equal(100, await CountAsync(fixture.Influxd, database, "autogen"));
    }

    [Fact]
    public async Task A_body_above_max_body_size_is_split()
    {
        await using var influxd = await Influxd.StartAsync("max-body-size = 8000");
        await influxd.CreateDatabaseAsync("iot");
        await using var gateway = await AnsweredGateway.StartAsync(influxd.Url, "Api=V1", "Database=iot");
        await gateway.IngestAsync(AnsweredGateway.Values(1000));

        Assert.Equal(new("Influx", 1000, 0, 0), await gateway.SettledAsync());
        Assert.NotEmpty(gateway.Rig.Log.Of(2006));
        Assert.Equal(1000, await CountAsync(influxd, "iot", "autogen"));
        Assert.Equal(new(CircuitState.Closed, null), gateway.Rig.Sink.Health with { Since = null });
    }

    private static async Task<long> CountAsync(Influxd influxd, string database, string policy) =>
        (await influxd.QueryAsync(database, $"SELECT count(v) FROM \"{policy}\".telemetry"))!.Column("count").Single().GetInt64();
}
