using System.Globalization;
using System.Net;
using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>Readings as a Parquet file, read again by another DuckDB.</summary>
public sealed class ParquetTests : IDisposable
{
    private const long Start = 1_790_000_000_000_000_000;
    private const string Range = "from=1790000000&to=1790000060";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_holds_the_very_readings_and_nothing_is_left_behind()
    {
        await using var gateway = await StoredGateway.StartAsync();
        await gateway.WriteAsync(0, "a", "temp", "Cel", "site=x", (Start + 123_456_789, 0.1), (Start + 1_000_000_001, 1e-310));
        await gateway.WriteAsync(1, "a", "on", "", "", (Start, true));
        await gateway.WriteAsync(2, "b-c", "note", "", "", (Start, "it's \"so\""));

        var rows = await RowsAsync(gateway, $"{Range}&format=parquet");

        Assert.Equal(
            [
                $"a|on||1|||boolean|{Start}",
                $"a|temp|site=x|0.1||Cel|float|{Start + 123_456_789}",
                $"a|temp|site=x|1e-310||Cel|float|{Start + 1_000_000_001}",
                $"b-c|note|||it's \"so\"||string|{Start}",
            ],
            rows.Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(StoreDatabase.ExportPath(gateway.Store.Store.Path)));
    }

    [Fact]
    public async Task Buckets_and_charts_are_written_too()
    {
        await using var gateway = await StoredGateway.StartAsync();
        await gateway.WriteAsync(0, "a", "temp", "Cel", "", [.. Enumerable.Range(0, 60).Select(i => (Start + (i * 1_000_000_000L), (object)(double)i))]);

        Assert.Equal([.. new[] { 0L, 20, 40 }.Select(second => $"a|temp||20|||count|{Start + (second * 1_000_000_000)}")], await RowsAsync(gateway, $"{Range}&every=20s&aggregate=count&format=parquet"));
        Assert.InRange((await RowsAsync(gateway, $"{Range}&points=10&format=parquet")).Count, 4, 10);
    }

    [Fact]
    public async Task More_rows_than_asked_for_are_refused_and_leave_no_file()
    {
        await using var gateway = await StoredGateway.StartAsync();
        await gateway.WriteAsync(0, "a", "temp", "", "", (Start, 1.0), (Start + 1, 2.0), (Start + 2, 3.0));

        Assert.Equal(3, (await RowsAsync(gateway, $"{Range}&format=parquet&limit=3")).Count);
        using var refused = await gateway.Client.GetAsync($"/api/v1/readings?{Range}&format=parquet&limit=2", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("More than 2 rows match", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(StoreDatabase.ExportPath(gateway.Store.Store.Path)));
    }

    [Fact]
    public async Task What_a_crash_left_goes_when_the_store_opens()
    {
        var left = Path.Combine(Directory.CreateDirectory(StoreDatabase.ExportPath(_directory["readings.duckdb"])).FullName, "half.parquet");
        await File.WriteAllTextAsync(left, "PAR1", Stop);

        await using var store = await EmbeddedStore.StoreUnderTest.OpenAsync(_directory);

        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task A_store_that_cannot_says_what_to_do_instead()
    {
        await using var gateway = await new CannedGateway().StartAsync();

        using var answer = await gateway.Client().GetAsync($"/api/v1/readings?{Range}&format=parquet", Stop);

        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        Assert.Contains("format=csv", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private async Task<List<string>> RowsAsync(StoredGateway gateway, string query)
    {
        using var answer = await gateway.Client.GetAsync($"/api/v1/readings?{query}", Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal("application/vnd.apache.parquet", answer.Content.Headers.ContentType?.MediaType);
        await File.WriteAllBytesAsync(_directory["a.parquet"], await answer.Content.ReadAsByteArrayAsync(Stop), Stop);

        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync(Stop);
        await using var command = duck.CreateCommand();
        command.CommandText = $"SELECT device, field, tags, value, text, unit, kind, time_ns FROM '{_directory["a.parquet"]}' WHERE measurement = 'telemetry' AND epoch_us(time) = time_ns // 1000";
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(Stop))
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!.Replace('E', 'e'))));
        return rows;
    }
}
