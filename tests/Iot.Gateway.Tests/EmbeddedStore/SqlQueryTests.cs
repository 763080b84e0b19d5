using Iot.Gateway.EmbeddedStore;
using Iot.Testing;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class SqlQueryTests(SharedStore shared) : IDisposable, IClassFixture<SharedStore>
{
    private static readonly SqlLimits Limits = new(1_000_000, TimeSpan.FromSeconds(30));

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("DROP TABLE reading_rows")]
    [InlineData("DELETE FROM reading_rows")]
    [InlineData("INSERT INTO late_keys VALUES (1, 1, 1)")]
    [InlineData("UPDATE store_state SET next_offset = 0")]
    [InlineData("CREATE TABLE t (a INTEGER)")]
    [InlineData("CREATE TEMP TABLE t AS SELECT 1")]
    [InlineData("CREATE MACRO m() AS 1")]
    [InlineData("ALTER TABLE series ADD COLUMN x INTEGER")]
    [InlineData("ATTACH ':memory:' AS other")]
    [InlineData("ATTACH '/tmp/other.duckdb'")]
    [InlineData("DETACH readings")]
    [InlineData("USE memory")]
    [InlineData("COPY readings TO '/tmp/stolen.csv'")]
    [InlineData("COPY series FROM '/etc/passwd'")]
    [InlineData("EXPORT DATABASE '/tmp/stolen'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET threads = 64")]
    [InlineData("SET VARIABLE a = 1")]
    [InlineData("RESET memory_limit")]
    [InlineData("PRAGMA memory_limit = '64GB'")]
    [InlineData("CHECKPOINT")]
    [InlineData("FORCE CHECKPOINT")]
    [InlineData("VACUUM")]
    [InlineData("ANALYZE")]
    [InlineData("CALL force_checkpoint()")]
    [InlineData("BEGIN")]
    [InlineData("COMMIT")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("EXPLAIN ANALYZE DELETE FROM reading_rows")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; DROP TABLE reading_rows")]
    [InlineData("SELECT 1) ; DROP TABLE reading_rows; --")]
    [InlineData("SELECT * FROM force_checkpoint()")]
    [InlineData("SELECT * FROM checkpoint()")]
    [InlineData("SELECT * FROM enable_logging()")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM read_blob('/etc/passwd')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM '/etc/passwd'")]
    [InlineData("SELECT * FROM '/tmp/a.parquet'")]
    [InlineData("SELECT * FROM \"a.parquet\"")]
    [InlineData("SELECT * FROM arrow_scan(1, 2, 3)")]
    [InlineData("SELECT * FROM system.main.read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM query('SELECT 1')")]
    [InlineData("SELECT * FROM query_table('series')")]
    [InlineData("SELECT (SELECT count(*) FROM glob('/etc/*'))")]
    [InlineData("WITH a AS MATERIALIZED (SELECT * FROM read_text('/etc/passwd')) SELECT 1 FROM a")]
    [InlineData("SELECT * FROM range(3) t(i), LATERAL (SELECT * FROM read_text('/etc/passwd'))")]
    [InlineData("SELECT sleep_ms(1000000)")]
    [InlineData("SELECT write_log('x')")]
    [InlineData("SELECT getenv('HOME')")]
    [InlineData("SELECT json_execute_serialized_sql('{}')")]
    [InlineData("SELECT $1")]
    [InlineData("SELECT")]
    [InlineData("")]
    [InlineData("--")]
    public async Task What_is_not_one_harmless_select_is_refused(string sql)
    {
        await Assert.ThrowsAsync<SqlRefusedException>(() => RowsAsync(shared.Store, sql));

        await shared.Store.WriteAsync(0, "d1", ("v", 1_700_000_000_123_456_789, 1.5));
        Assert.Equal(["1700000000123456789 v 1.5"], await shared.Store.TextAsync());
    }

    [Theory]
    [InlineData("SELECT 1 -- and a comment", "1")]
    [InlineData("SELECT 'DROP TABLE x; INSERT'", "DROP TABLE x; INSERT")]
    [InlineData("VALUES (1), (2);", "1 2")]
    [InlineData("FROM readings SELECT value", "1.5")]
    [InlineData("SELECT time FROM readings", "2023-11-14 22:13:20.123456789")]
    [InlineData("SELECT i FROM range(3) t(i) ORDER BY i DESC", "2 1 0")]
    [InlineData("SELECT sum(value) FROM readings WHERE device = 'd1' AND time > TIMESTAMP '2020-01-01'", "1.5")]
    [InlineData("WITH a AS (SELECT 7 AS x) SELECT x FROM a", "7")]
    [InlineData("SELECT 123456789012345678901234567890::HUGEINT", "123456789012345678901234567890")]
    [InlineData("DESCRIBE SELECT 1 AS a", "a")]
    public async Task A_select_is_answered_exactly(string sql, string firstColumn)
    {
        await shared.Store.WriteAsync(0, "d1", ("v", 1_700_000_000_123_456_789, 1.5));

        Assert.Equal(firstColumn, string.Join(' ', (await RowsAsync(shared.Store, sql)).Select(row => row[0])));
    }

    [Fact]
    public async Task More_rows_than_the_limit_are_refused_behind_it_and_never_look_whole()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        var limits = new SqlLimits(10, TimeSpan.FromSeconds(30));
        var path = Path.Combine(Directory.CreateDirectory(StoreDatabase.ExportPath(store.Store.Database.Path)).FullName, "some.parquet");

        Assert.Equal(10, (await RowsAsync(store, "FROM range(10)", limits)).Count);
        Assert.Contains("more than 10 rows", (await Assert.ThrowsAsync<SqlRefusedException>(() => RowsAsync(store, "FROM range(1000000000)", limits))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SqlRefusedException>(() => ParquetAsync("FROM range(11)"));
        Assert.Equal(10, await ParquetAsync("FROM range(10)"));

        async Task<long> ParquetAsync(string sql) =>
            await (await SqlQuery.PrepareAsync(store.Store.Database, sql, limits, TimeProvider.System, CancellationToken.None)).WriteParquetAsync(path, CancellationToken.None);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_stopped()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);

        await Assert.ThrowsAsync<TimeoutException>(() => RowsAsync(
            store, "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3", new(10, TimeSpan.FromMilliseconds(200))));
        await store.WriteAsync(0, "d1", ("v", 1, 1.0));
    }

    [Fact]
    public async Task A_statement_that_needs_too_much_memory_fails_alone()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory, new EmbeddedOptions { MemoryLimit = 64 * 1024 * 1024, SpillLimit = 0 });

        await Assert.ThrowsAsync<SqlRefusedException>(() => RowsAsync(store, "SELECT list(i) FROM range(100000000) t(i)"));
        await store.WriteAsync(0, "d1", ("v", 1, 1.0));
        Assert.Equal(["1 v 1"], await store.TextAsync());
    }

    [Fact]
    public async Task Csv_json_and_a_table_are_written()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        const string Sql = "SELECT * FROM (VALUES (1, 'a,\"b\"', 1.5::DOUBLE), (2, NULL, -1), (3, '', NULL)) t(id, name, x) ORDER BY id";

        Assert.Equal("id,name,x\r\n1,\"a,\"\"b\"\"\",1.5\r\n2,,-1.0\r\n3,\"\",\r\n", await WrittenAsync(store, Sql, SqlOutput.WriteCsvAsync));
        Assert.Equal(
            "[\n{\"id\":1,\"name\":\"a,\\\"b\\\"\",\"x\":1.5},\n{\"id\":2,\"name\":null,\"x\":-1.0},\n{\"id\":3,\"name\":\"\",\"x\":null}\n]\n",
            await WrittenAsync(store, Sql, SqlOutput.WriteJsonAsync));
        Assert.Equal(
            "id  name      x\n--  -----  ----\n 1  a,\"b\"   1.5\n 2         -1.0\n 3\n",
            (await WrittenAsync(store, Sql, (query, to, cancel) => SqlOutput.WriteTableAsync(query, to, 100, cancel))).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Parquet_goes_into_the_export_directory_and_nowhere_else()
    {
        await using var store = await StoreUnderTest.OpenAsync(_directory);
        await store.WriteAsync(0, "d1", [.. Enumerable.Range(0, 1000).Select(i => ("v", (long)i, (object)(double)i))]);
        var database = store.Store.Database;
        var export = Directory.CreateDirectory(StoreDatabase.ExportPath(database.Path)).FullName;
        var query = await SqlQuery.PrepareAsync(database, "SELECT * FROM readings", Limits, TimeProvider.System, CancellationToken.None);

        Assert.Equal(1000, await query.WriteParquetAsync(Path.Combine(export, "o'clock.parquet"), CancellationToken.None));
        await Assert.ThrowsAsync<SqlRefusedException>(() => query.WriteParquetAsync(_directory["outside.parquet"], CancellationToken.None));

        Assert.Equal("PAR1"u8.ToArray(), (await File.ReadAllBytesAsync(Path.Combine(export, "o'clock.parquet"), TestContext.Current.CancellationToken))[^4..]);
        Assert.False(File.Exists(_directory["outside.parquet"]));
    }

    [Fact]
    public async Task Without_a_gateway_the_file_is_read_and_not_changed()
    {
        await using (var store = await StoreUnderTest.OpenAsync(_directory)) await store.WriteAsync(0, "d1", ("v", 1, 1.5));
        var path = _directory["readings.duckdb"];
        var before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        using (var database = StoreDatabase.OpenToRead(path, new(), _directory.Path))
        {
            var query = await SqlQuery.PrepareAsync(database, "SELECT device, value FROM readings", Limits, TimeProvider.System, CancellationToken.None);
            Assert.Equal("device,value\r\nd1,1.5\r\n", await WrittenAsync(query, SqlOutput.WriteCsvAsync));
            Assert.Equal(["device VARCHAR", "value DOUBLE"], query.Columns.Select(column => $"{column.Name} {column.Type}"));
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_made() =>
        Assert.Contains("no such file", Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.OpenToRead(_directory["none.duckdb"], new(), _directory.Path)).Message);

    [Fact]
    public async Task A_row_of_JSON_is_an_object_whatever_its_only_column_is_called()
    {
        Assert.Equal("[\n{\"answer\":44}\n]\n", await WrittenAsync(shared.Store, "SELECT 44 AS answer", SqlOutput.WriteJsonAsync));
    }

    [Fact]
    public async Task The_page_names_each_view_and_all_its_columns()
    {
        foreach (var view in Gateway.Dashboard.Pages.SqlViews.All)
            Assert.Equal(view.Columns, (await RowsAsync(shared.Store, $"DESCRIBE {view.Name}")).Select(row => row[0]));
        foreach (var (_, sql) in Gateway.Dashboard.Pages.SqlViews.Examples) await RowsAsync(shared.Store, sql);
    }

    [Fact]
    public async Task A_page_gets_as_many_rows_as_it_asks_for_and_hears_that_there_are_more()
    {
        var query = await SqlQuery.PrepareAsync(shared.Store.Store.Database, "SELECT 9007199254740993 + range AS n FROM range(5)", new(4, TimeSpan.FromSeconds(30)), TimeProvider.System, CancellationToken.None);

        var answer = await Gateway.Dashboard.Api.SqlAnswer.ReadAsync(query, 3, TimeProvider.System, CancellationToken.None);

        Assert.Equal(["9007199254740993", "9007199254740994", "9007199254740995"], answer.Rows.Select(row => row[0]));
        Assert.Equal((true, "n", "BIGINT", true), (answer.Truncated, answer.Columns[0].Name, answer.Columns[0].Type, answer.Columns[0].IsNumber));
    }

    private static async Task<List<string?[]>> RowsAsync(StoreUnderTest store, string sql, SqlLimits? limits = null)
    {
        var query = await SqlQuery.PrepareAsync(store.Store.Database, sql, limits ?? Limits, TimeProvider.System, CancellationToken.None);
        var rows = new List<string?[]>();
        await foreach (var row in query.TextRowsAsync(CancellationToken.None)) rows.Add(row);
        return rows;
    }

    private static async Task<string> WrittenAsync(StoreUnderTest store, string sql, Func<SqlQuery, TextWriter, CancellationToken, Task<long>> write) =>
        await WrittenAsync(await SqlQuery.PrepareAsync(store.Store.Database, sql, Limits, TimeProvider.System, CancellationToken.None), write);

    private static async Task<string> WrittenAsync(SqlQuery query, Func<SqlQuery, TextWriter, CancellationToken, Task<long>> write)
    {
        await using var to = new StringWriter();
        await write(query, to, CancellationToken.None);
        return to.ToString();
    }
}

/// <summary>One store for the statements that must not change it.</summary>
public sealed class SharedStore : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();

    internal StoreUnderTest Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await StoreUnderTest.OpenAsync(_directory);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Dispose();
    }
}
