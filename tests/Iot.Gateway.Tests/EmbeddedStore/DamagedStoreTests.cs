using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.Tests.EmbeddedStore;

public sealed class DamagedStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory["readings.duckdb"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100_000)]
    public void A_file_of_anything_else_is_named_and_left_alone(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(Path, bytes);

        var e = Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.Open(Path, new()));

        Assert.Equal(Path, e.Path);
        Assert.Contains("not a DuckDB database", e.Message);
        Assert.Contains("Move it", e.Remedy);
        Assert.Equal(bytes, File.ReadAllBytes(Path));
    }

    [Fact]
    public async Task A_file_that_another_spool_has_filled_waits_for_a_person()
    {
        await using (var first = new StoreUnderTest(Path, journal: 5))
        {
            await first.Sink.OpenAsync(TestContext.Current.CancellationToken);
            await first.WriteAsync(0, "d1", ("v", 1, 1.0));
        }

        await using var second = new StoreUnderTest(Path, journal: 6);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var opening = second.Sink.OpenAsync(impatient.Token).AsTask();
        await Eventually.TrueAsync(() => second.Store.Problem?.Contains("another spool", StringComparison.Ordinal) == true, "it says so");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public void A_SQLite_file_is_not_taken_for_ours()
    {
        using (var sqlite = new SqliteConnection($"Data Source={Path};Pooling=false"))
        {
            sqlite.Open();
            using var command = sqlite.CreateCommand();
            command.CommandText = "CREATE TABLE t (a)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("not a DuckDB database", Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.Open(Path, new())).Message);
    }

    [Fact]
    public void A_DuckDB_file_of_somebody_else_is_not_taken_for_ours()
    {
        using (var other = new DuckDBConnection($"DataSource={Path}"))
        {
            other.Open();
            other.Execute("CREATE TABLE mine (a INTEGER)");
        }

        Assert.Contains("somebody else", Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.Open(Path, new())).Message);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(20_000)]
    public async Task A_file_with_foreign_bytes_in_it_is_called_damaged(int position)
    {
        await using (var store = await StoreUnderTest.OpenAsync(_directory)) await store.WriteAsync(0, "d1", ("v", 1, 1.0));
        var bytes = await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken);
        for (var at = position; at < bytes.Length; at += 4096) new Random(2).NextBytes(bytes.AsSpan(at, Math.Min(512, bytes.Length - at)));
        await File.WriteAllBytesAsync(Path, bytes, TestContext.Current.CancellationToken);

        var e = Assert.Throws<EmbeddedStoreException>(() => StoreDatabase.Open(Path, new()));

        Assert.Contains("damaged", e.Message);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_damaged_file_keeps_the_sink_down_until_a_person_has_moved_it()
    {
        await File.WriteAllTextAsync(Path, "this is not a database", TestContext.Current.CancellationToken);
        await using var store = new StoreUnderTest(Path);

        var opening = store.Sink.OpenAsync(CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => store.Sink.Health.Problem!.Contains("not a DuckDB database"), "the health says so");
        Assert.Contains("Readings wait in the spool", store.Sink.Health.Problem);
        Assert.False(opening.IsCompleted);

        File.Move(Path, Path + ".aside");
        await Eventually.TrueAsync(
            () =>
            {
                store.Clock.Advance(ReadingStore.Pause(20));
                return opening.IsCompleted;
            }, "the store opens");

        Assert.Equal(0UL, await opening);
        Assert.Null(store.Sink.Health.Problem);
        Assert.Equal("this is not a database", await File.ReadAllTextAsync(Path + ".aside", TestContext.Current.CancellationToken));
    }
}
