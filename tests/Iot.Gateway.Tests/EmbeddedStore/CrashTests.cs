using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Testing;

namespace Iot.Gateway.Tests.EmbeddedStore;

/// <summary>What kill -9 or a power cut leaves is what the files hold at that moment: a copy of them, its log cut anywhere.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Writes = 6;
    private const int RowsOfAWrite = 100;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task After_a_crash_in_the_middle_of_a_write_all_writes_before_it_are_there_and_nothing_of_it()
    {
        await using var store = await WrittenAsync();
        using (var writing = store.Store.Database.Connect())
        {
            writing.Execute("BEGIN TRANSACTION");
            writing.Execute($"INSERT INTO reading_rows SELECT 1, 1000000 + range, 1, 0, NULL, {Writes} FROM range(200000)");
            writing.Execute("UPDATE store_state SET next_offset = 99");
            CopyTo("crashed.duckdb", cutLogBy: 0);
        }

        await using var after = await OpenAsync("crashed.duckdb");

        Assert.Equal(Writes * RowsOfAWrite, await after.CountAsync("readings"));
        await WriteAsync(after, Writes);
        Assert.Equal((Writes + 1) * RowsOfAWrite, await after.CountAsync("readings"));
    }

    [Fact]
    public async Task However_much_of_the_log_is_lost_rows_and_offset_agree_and_what_is_missing_is_written_once()
    {
        await using var store = await WrittenAsync();
        var log = new FileInfo(_directory["readings.duckdb.wal"]).Length;
        var losses = new HashSet<ulong>();
        for (var cut = 0; cut < 12; cut++)
        {
            var name = $"cut{cut}.duckdb";
            CopyTo(name, cutLogBy: log * cut / 14);

            await using var after = new StoreUnderTest(_directory[name]);
            var next = (await after.Sink.OpenAsync(CancellationToken.None))!.Value;
            Assert.Equal((long)next * RowsOfAWrite, await after.CountAsync("readings"));
            for (var offset = next; offset < Writes; offset++) await WriteAsync(after, offset);
            Assert.Equal(Writes * RowsOfAWrite, await after.CountAsync("readings"));
            Assert.Equal(10, await after.CountAsync("series"));
            losses.Add(next);
        }

        Assert.True(losses.Count > 2, "the cuts must lose more and less");
    }

    private async Task<StoreUnderTest> WrittenAsync()
    {
        var store = await OpenAsync("readings.duckdb");
        for (var offset = 0UL; offset < Writes; offset++) await WriteAsync(store, offset);
        return store;
    }

    private async Task<StoreUnderTest> OpenAsync(string name)
    {
        var store = new StoreUnderTest(_directory[name]);
        await store.Sink.OpenAsync(CancellationToken.None);
        return store;
    }

    private static Task<WriteOutcome> WriteAsync(StoreUnderTest store, ulong offset) => store.WriteAsync(
        offset, "d1", [.. Enumerable.Range(0, RowsOfAWrite).Select(i => ($"f{i % 10}", ((long)offset * RowsOfAWrite) + i, (object)(double)i))]);

    private void CopyTo(string name, long cutLogBy)
    {
        Copy("readings.duckdb", name);
        Copy("readings.duckdb.wal", name + ".wal");
        using var log = File.OpenWrite(_directory[name + ".wal"]);
        log.SetLength(log.Length - cutLogBy);
    }

    /// <summary>Not File.Copy: DuckDB holds a lock that it respects.</summary>
    private void Copy(string from, string to)
    {
        using var source = new FileStream(_directory[from], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = File.Create(_directory[to]);
        source.CopyTo(copy);
    }
}
