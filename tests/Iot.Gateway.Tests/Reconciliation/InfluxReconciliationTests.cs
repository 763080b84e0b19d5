using Iot.Gateway.DeadLetters;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Reconciliation;
using Iot.Gateway.Tests.Influx;
using Iot.Testing;

namespace Iot.Gateway.Tests.Reconciliation;

/// <summary>A real influxd, beside the embedded store, counted against the books.</summary>
public sealed class InfluxReconciliationTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>, IDisposable
{
    private readonly TempDirectory _directory = new();
    private string _database = "";

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Whatever_is_stored_otherwise_than_it_came_is_no_difference()
    {
        await using var gateway = await StartAsync();
        await gateway.IngestAsync("pump-7", """[{"bt":1700000000,"n":"air/temperature","v":1,"s":10},{"n":"air/humidity","v":2},{"n":"running","vb":true},{"n":"note","vs":"a \"b\", c\\"}]""");
        await gateway.IngestAsync("pump-7", """[{"bt":1700000000,"n":"air/temperature","v":2},{"n":"air/temperature","v":3},{"n":"total","s":5}]"""); // replaces, twice
        await gateway.IngestAsync("pump-7", """[{"epoch":"000000000000feed","seq":1,"n":"a","v":1,"t":1700000001.000000001}]""");
        await gateway.IngestAsync("pump-7", """[{"epoch":"000000000000feed","seq":1,"n":"a","v":1,"t":1700000001.000000001}]"""); // again
        await gateway.IngestAsync("pump-7", """[{"n":"good","v":1,"t":1700000002},{"n":"far","v":1,"t":4102444800}]"""); // one refused
        await gateway.IngestAsync("line-1", "m\\ 1,site=hall\\ 1,b=2,a=1 x=1,y=t,z=\"s\",n=5i 1700000000000000003\nm\\ 1,a=1,b=2,site=hall\\ 1 x=2 1700000000000000003\nm\\,2,k\\=1=v\\,1,k=v f\\ 1=1 1700000000000000004", PayloadFormat.LineProtocol);
        await gateway.SettledAsync();

        var report = await gateway.ReconcileAsync(new(Full: true));
        Assert.All(report.Sinks, sink => Assert.Equal((13, 13, 0, 0, 0), (sink.Expected, sink.Found, sink.Missing, sink.Extra, sink.Doubled)));
        Assert.True(report.IsProven);
        Assert.True((await gateway.ReconcileAsync()).IsProven);
    }

    [Fact]
    public async Task A_point_deleted_by_hand_is_named_field_by_field()
    {
        await using var gateway = await StartAsync();
        for (var second = 0; second < 20; second++)
            await gateway.IngestAsync("pump-7", $$"""[{"epoch":"000000000000feed","seq":{{second + 1}},"bt":{{1_700_000_000 + second}},"n":"a","v":1},{"n":"b","v":2}]""");
        await gateway.SettledAsync();
        await fixture.Influxd.QueryAsync(_database, "DELETE FROM \"telemetry\" WHERE \"device\" = 'pump-7' AND time = 1700000004000000000");

        var report = await gateway.ReconcileAsync();
        Assert.True(report.Sinks[0].IsEqual);
        var sink = report.Sinks[1];
        Assert.Equal((40, 38, 2, 0), (sink.Expected, sink.Found, sink.Missing, sink.Extra));
        Assert.Equal(
            [new(new("pump-7", "telemetry", "a", ""), 1_700_000_004_000_000_000, 4, 0, 0xfeed, 5), new MissingReading(new("pump-7", "telemetry", "b", ""), 1_700_000_004_000_000_000, 4, 1, 0xfeed, 5)],
            sink.MissingReadings);
    }

    [Fact]
    public async Task A_series_dropped_by_hand_is_missing_and_the_others_are_not()
    {
        await using var gateway = await StartAsync();
        foreach (var device in new[] { "pump-7", "pump-8", "pump-9" }) await gateway.IngestAsync(device, 1, readings: 50);
        await gateway.SettledAsync();
        await fixture.Influxd.QueryAsync(_database, "DROP SERIES FROM \"telemetry\" WHERE \"device\" = 'pump-8'");

        var sink = (await gateway.ReconcileAsync(new("influx"))).Sinks.Single();
        Assert.Equal((50, 0), (sink.Missing, sink.Extra));
        Assert.All(sink.MissingReadings, reading => Assert.Equal("pump-8", reading.Series.Device));
    }

    [Fact]
    public async Task A_point_written_by_hand_is_named_and_another_gateways_are_not()
    {
        await using var gateway = await StartAsync();
        await gateway.IngestAsync("pump-7", 1, readings: 10);
        await gateway.SettledAsync();
        await WriteAsync("telemetry,device=pump-7,by=hand temperature=1 100\ntelemetry,device=pump-7 temperature=1 1700010004000000001\ntelemetry,device=stranger temperature=1 100\ncpu,host=h usage=1 100");

        var sink = (await gateway.ReconcileAsync()).Sinks[1];
        Assert.Equal((0, 2, 1, 12), (sink.Missing, sink.Extra, sink.Strangers, sink.Found));
        Assert.Equal(
            [new(new("pump-7", "telemetry", "temperature", ""), 1_700_010_004_000_000_001, null), new ExtraReading(new("pump-7", "telemetry", "temperature", "by=hand"), 100, null)],
            sink.ExtraReadings);
    }

    [Fact]
    public async Task A_reading_that_the_sink_refused_is_not_missing()
    {
        await using var gateway = await StartAsync();
        await gateway.IngestAsync("pump-7", """[{"n":"state","v":1,"t":1700000000}]""");
        await gateway.SettledAsync();
        await gateway.IngestAsync("pump-7", """[{"n":"state","vs":"on","t":1700000001},{"n":"other","v":1,"t":1700000001}]"""); // another type in the same shard
        await gateway.SettledAsync();

        Assert.Single(gateway.Part<DeadLetterStore>().List(new()));
        var report = await gateway.ReconcileAsync();
        Assert.True(report.IsProven);
        Assert.Equal((2, 2, 1), (report.Sinks[1].Expected, report.Sinks[1].Found, report.Sinks[1].Refused));
    }

    [Fact]
    public async Task What_was_requeued_to_one_sink_is_expected_there_and_nowhere_else()
    {
        await using var gateway = await StartAsync();
        await gateway.IngestAsync("pump-7", """[{"n":"state","v":1,"t":1700000000}]""");
        await gateway.SettledAsync();
        await gateway.IngestAsync("pump-7", """[{"n":"state","vs":"on","t":1700000001}]""");
        await gateway.SettledAsync();
        await fixture.Influxd.QueryAsync(_database, "DROP MEASUREMENT \"telemetry\""); // now the field may be text
        var letter = Assert.Single(gateway.Part<DeadLetterStore>().List(new()));
        await gateway.Part<Requeue>().RunAsync([letter.Id], isDryRun: false, TestContext.Current.CancellationToken);
        await gateway.SettledAsync();

        var report = await gateway.ReconcileAsync();
        Assert.Empty(report.Journal.Books);
        Assert.True(report.Sinks[0].IsEqual);
        Assert.Equal((2, 1), (report.Sinks[1].Expected, report.Sinks[1].Found));
        Assert.Equal(1_700_000_000_000_000_000, Assert.Single(report.Sinks[1].MissingReadings).TimeNs);

        await fixture.Influxd.QueryAsync(_database, "DROP MEASUREMENT \"telemetry\"");
        Assert.Equal([0UL, 2UL], (await gateway.ReconcileAsync()).Sinks[1].MissingReadings.Select(reading => reading.Offset));
    }

    [Fact]
    public async Task A_field_whose_type_changed_with_the_weeks_is_counted_whole()
    {
        await using var gateway = await StartAsync();
        foreach (var (value, second) in new[] { ("\"v\":1", 1_600_000_000), ("\"vb\":true", 1_650_000_000), ("\"vs\":\"x\"", 1_700_000_000) })
            await gateway.IngestAsync("pump-7", $$"""[{"n":"state",{{value}},"t":{{second}}}]""");
        await gateway.SettledAsync();
        Assert.True((await gateway.ReconcileAsync(new(Full: true))).IsProven);

        await fixture.Influxd.QueryAsync(_database, "DELETE FROM \"telemetry\" WHERE time = 1650000000000000000");
        Assert.Equal(1_650_000_000_000_000_000, Assert.Single((await gateway.ReconcileAsync()).Sinks[1].MissingReadings).TimeNs);
    }

    [Fact]
    public async Task Nothing_differs_while_readings_come_in()
    {
        await using var gateway = await StartAsync();
        await gateway.IngestAsync("pump-0", 1, readings: 10);
        await gateway.SettledAsync();
        using var enough = new CancellationTokenSource();
        var ingest = Task.Run(async () =>
        {
            for (var n = 0; !enough.IsCancellationRequested; n++) await gateway.IngestAsync($"pump-{n % 3}", $$"""[{"n":"a","v":{{n}},"t":{{1_700_000_000 + n}}},{"n":"b","v":{{n}},"t":{{1_700_000_000 + (n % 5)}}}]""");
        }, CancellationToken.None);

        var reports = new List<ReconcileReport>();
        for (var round = 0; round < 5; round++) reports.Add(await gateway.ReconcileAsync());
        await enough.CancelAsync();
        await ingest;

        Assert.All(reports, report => Assert.All(report.Sinks, sink => Assert.True(sink.IsEqual, sink.ToString())));
    }

    [Fact]
    public async Task What_the_journal_has_let_go_is_neither_missing_nor_extra()
    {
        await using var gateway = await StartAsync("--Journal:RetainFor", "00:00:00", "--Journal:SegmentBytes", "4096", "--Ledger:SnapshotEvery", "00:00:01");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await Eventually.TrueAsync(async () =>
        {
            for (var i = 0; i < 50; i++) await gateway.IngestAsync("pump-7", $$"""[{"n":"a","v":{{i}},"t":{{--now}}.5}]""");
            return gateway.Journal.FirstOffset > 0;
        }, "the journal has let segments go");
        await gateway.SettledAsync();

        var report = await gateway.ReconcileAsync();
        Assert.NotNull(report.Journal.ProofFromNs);
        Assert.True(report.IsProven, report.Sinks[1].ToString());
        Assert.True(report.Sinks[1].Older > 0);

        await fixture.Influxd.QueryAsync(_database, $"DELETE FROM \"telemetry\" WHERE time = {now}500000000");
        Assert.Equal((1, 0), await Sides(gateway));
    }

    [Fact]
    public async Task A_server_that_speaks_no_InfluxQL_is_said_not_to_be_counted()
    {
        await using var metrics = await VictoriaMetrics.StartAsync();
        await using var gateway = await CountedGateway.StartAsync(_directory, "--Sinks:0", "Influx", "--Influx:Url", metrics.Url.ToString(), "--Influx:Bucket", "iot");
        await gateway.IngestAsync("pump-7", 1, readings: 3);
        await gateway.SettledAsync();

        var report = await gateway.ReconcileAsync();
        Assert.False(report.IsProven);
        Assert.Contains("does not speak InfluxQL", report.Sinks[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_does_not_keep_the_other_sink_from_being_counted()
    {
        await using var gateway = await CountedGateway.StartAsync(_directory, CountedGateway.BothSinks(new($"http://127.0.0.1:{FreePort.Next()}/"), "none"));
        await gateway.IngestAsync("pump-7", 1, readings: 3);
        await Eventually.TrueAsync(() => gateway.Journal.OpenCursor("Embedded").Offset == 1, "the store has it");

        var report = await gateway.ReconcileAsync();
        Assert.Contains("cannot be reached", report.Sinks[1].Problem, StringComparison.Ordinal);
        Assert.Equal((true, 3), (report.Sinks[0].IsEqual, report.Sinks[0].Found));
    }

    [Theory]
    [InlineData("0s", 0), InlineData("168h0m0s", 168 * 3600), InlineData("1h30m5s", 5405), InlineData("2w1d", 15 * 24 * 3600)]
    public void Durations_are_read_as_InfluxDB_writes_them(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), InfluxDuration.Parse(text));

    private static async Task<(long Missing, long Extra)> Sides(CountedGateway gateway)
    {
        var sink = (await gateway.ReconcileAsync(new("Influx"))).Sinks[0];
        return (sink.Missing, sink.Extra);
    }

    private async Task<CountedGateway> StartAsync(params string[] settings)
    {
        _database = fixture.NewName();
        await fixture.Influxd.CreateDatabaseAsync(_database);
        return await CountedGateway.StartAsync(_directory, [.. CountedGateway.BothSinks(fixture.Influxd.Url, _database), .. settings]);
    }

    private async Task WriteAsync(string lines)
    {
        using var http = new HttpClient();
        using var body = new StringContent(lines);
        using var answer = await http.PostAsync(new Uri(fixture.Influxd.Url, $"write?db={_database}"), body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
