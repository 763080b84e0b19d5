using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Gateway.Tests.EmbeddedStore;

/// <summary>A file that the version before this one has written.</summary>
public sealed class StoreUpgradeTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory["readings.duckdb"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_goes_on_where_it_stood_with_all_readings_and_gets_its_roll_ups_in_the_background()
    {
        MakeVersion1();

        await using var store = new StoreUnderTest(Path);
        Assert.Equal(3UL, await store.Sink.OpenAsync(CancellationToken.None));
        Assert.Equal(["60000000000 v 1", "60000000001 v 3", "3600000000000 v 5"], await store.TextAsync());
        await store.WriteAsync(3, "d1", ("v", 60_000_000_002, 8.0));
        await new EmbeddedHousekeeping(store.Store, store.Options with { RetainFor = TimeSpan.Zero }, store.Clock, NullLogger<EmbeddedHousekeeping>.Instance).RoundAsync(CancellationToken.None);

        Assert.Equal(1, await store.CountAsync("minutes WHERE time_ns = 60000000000 AND mean = 4 AND readings = 3"));
        Assert.Equal(2, await store.CountAsync("hours"));
    }

    [Fact]
    public void A_reader_alone_does_not_change_it_and_says_what_to_do()
    {
        MakeVersion1();

        var e = Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.OpenToRead(Path, new(), _directory["export"]));

        Assert.Contains("format is version 1", e.Message);
        Assert.Contains("Start the gateway once", e.Remedy);
    }

    [Fact]
    public void A_file_of_a_later_version_is_left_alone()
    {
        MakeVersion1();
        using (var file = new DuckDBConnection($"DataSource={Path}"))
        {
            file.Open();
            file.Execute("UPDATE store_state SET version = 3");
        }

        Assert.Contains("version 3", Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.Open(Path, new())).Message);
    }

    /// <summary>As version 1 made it; these statements never change.</summary>
    private void MakeVersion1()
    {
        using var file = new DuckDBConnection($"DataSource={Path}");
        file.Open();
        file.Execute("""
            CREATE TABLE series (
                id INTEGER NOT NULL, device VARCHAR NOT NULL, measurement VARCHAR NOT NULL, field VARCHAR NOT NULL,
                tags VARCHAR NOT NULL, kind UTINYINT NOT NULL, unit VARCHAR);
            CREATE TABLE reading_rows (
                series INTEGER NOT NULL, time BIGINT NOT NULL, kind UTINYINT NOT NULL, number DOUBLE, text VARCHAR,
                journal_offset UBIGINT NOT NULL);
            CREATE TABLE late_keys (series INTEGER NOT NULL, time BIGINT NOT NULL, journal_offset UBIGINT NOT NULL);
            CREATE TABLE store_state (version INTEGER NOT NULL, next_offset UBIGINT NOT NULL, journal UBIGINT NOT NULL);
            CREATE VIEW current_rows AS
                SELECT r.* FROM reading_rows r ANTI JOIN late_keys l
                ON l.series = r.series AND l.time = r.time AND l.journal_offset > r.journal_offset;
            CREATE VIEW readings AS
                SELECT make_timestamp_ns(r.time) AS time, s.device, s.measurement, s.field, r.number AS value, r.text, s.unit, s.tags,
                    CASE r.kind WHEN 1 THEN 'float' WHEN 2 THEN 'boolean' WHEN 3 THEN 'string' ELSE 'data' END AS kind,
                    r.time AS time_ns, r.journal_offset
                FROM current_rows r JOIN series s ON s.id = r.series;
            INSERT INTO store_state VALUES (1, 3, 0);
            INSERT INTO series VALUES (1, 'd1', 'telemetry', 'v', '', 1, NULL);
            INSERT INTO reading_rows VALUES (1, 60000000000, 1, 1, NULL, 0), (1, 60000000001, 1, 3, NULL, 1), (1, 3600000000000, 1, 5, NULL, 2);
            """);
    }
}
