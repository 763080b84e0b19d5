using System.Globalization;
using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Writes each day that has ended to <c>date=…/part-….parquet</c>, beside the writing of the store.</summary>
/// <remarks>
/// A file is written under another name, read again and compared with the table, synced, and only then gets its name: who reads the archive
/// sees the old file or the new one. Then the table <c>archived_parts</c> says so, and the readings may be deleted. A crash between the two
/// writes the same file again. While a day's readings are there, late ones have it written anew; when they are gone, late ones get a file
/// of their own, in which the later <c>journal_offset</c> wins at equal series and time.
/// </remarks>
internal sealed class Archive(ReadingStore store, EmbeddedOptions options, TimeProvider clock, ILogger logger)
{
    /// <summary>Most rows of a file, roughly: sorting them stays within the memory of the store.</summary>
    private const long PartRows = 4_000_000;

    /// <summary>Longest that one file may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private string Root => StoreDatabase.ArchivePath(store.Path, options);

    /// <summary>Every day that is to be written now.</summary>
    /// <returns>Files written.</returns>
    /// <exception cref="IOException">The disk refused, or a file did not hold what the table holds; readings stay in the store.</exception>
    public async Task<int> RoundAsync(CancellationToken cancellation)
    {
        var ended = (clock.GetUtcNow() - options.ArchiveAfter - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var files = 0;
        foreach (var day in await Task.Run(() => Due(ended), cancellation)) files += await WriteDayAsync(day, cancellation);
        return files;
    }

    private List<long> Due(long endedBeforeNs)
    {
        using var connection = store.Database.Connect();
        return ArchiveTables.Due(connection, endedBeforeNs);
    }

    private async Task<int> WriteDayAsync(long day, CancellationToken cancellation)
    {
        var parts = new List<ArchivedPart>();
        var rows = 0L;
        using (var reading = store.Database.Connect())
        {
            reading.Execute("BEGIN TRANSACTION READ ONLY"); // all files of a day, and the comparisons, see the same rows
            var planned = await Task.Run(() => Plan(reading, day), cancellation);
            foreach (var part in planned)
            {
                var written = await Task.Run(() => Write(reading, day, part, cancellation), cancellation);
                if (written is null) continue;

                parts.Add(written);
                rows += written.Rows;
            }
        }

        await store.WriteAsync(connection => ArchiveTables.Commit(connection, day, parts), cancellation);
        if (parts.Count > 0) logger.DayArchived(Name(day), rows, parts.Count);
        return parts.Count;
    }

    /// <summary>The whole day in as many parts as when it was written first, or what came since of a day whose older readings are gone.</summary>
    private static List<ArchivedPart> Plan(DuckDBConnection connection, long day)
    {
        var known = ArchiveTables.Read(connection, day);
        var whole = new TimeRange(day, day + RollUpUnit.Day);
        if (day < known.RawFrom)
            return [new(string.Create(CultureInfo.InvariantCulture, $"late-{known.Collected}.parquet"), whole, known.ArchivedTo, known.Collected, 0, 0, 0)];

        var rows = connection.Scalar<long>("SELECT count(*) FROM current_rows WHERE time >= $1 AND time < $2", whole.From, whole.To);
        var parts = known.Parts > 0 ? known.Parts : (int)Math.Max(1, (rows + PartRows - 1) / PartRows);
        var width = (RollUpUnit.Day + parts - 1) / parts;
        return [.. Enumerable.Range(0, parts).Select(i => new ArchivedPart(
            string.Create(CultureInfo.InvariantCulture, $"part-{i:D4}.parquet"),
            new TimeRange(day + (i * width), day + ((i + 1) * width)).Within(whole), 0, known.Collected, 0, 0, 0))];
    }

    /// <returns>Null when there is nothing for a file of late readings.</returns>
    private ArchivedPart? Write(DuckDBConnection connection, long day, ArchivedPart part, CancellationToken cancellation)
    {
        var directory = Path.Combine(Root, $"date={Name(day)}");
        new Journal.PosixDisk().CreateDirectory(directory);
        var path = Path.Combine(directory, part.File);
        var file = new ArchiveFile(connection, part, path + ".writing");
        using var interrupt = new CancellationTokenSource(Patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Token, store.Database.Closing, cancellation);
        var (rows, checksum) = file.WriteAndCompare(stop.Token);
        if (rows == 0 && part.FromOffset > 0)
        {
            file.Discard();
            return null;
        }

        return part with { Rows = rows, Checksum = checksum, Bytes = file.Name(path) };
    }

    private static string Name(long day) => DateTimeOffset.UnixEpoch.AddTicks(day / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
