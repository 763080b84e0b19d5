using System.Data.Common;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Reconciliation;

/// <summary>Counts the embedded store by SQL, as of one journal offset.</summary>
/// <param name="database">The open file, for readers.</param>
/// <param name="journal">Identity of the journal whose offsets the rows must note.</param>
internal sealed class EmbeddedContents(Func<StoreDatabase> database, EmbeddedOptions options, ulong journal, TimeProvider clock) : ISinkContents
{
    /// <summary>As current_rows, but of the rows written up to an offset; later ones replace nothing yet.</summary>
    private const string Counting = """
        SELECT c.series, s.device, s.measurement, s.field, s.tags, c.bucket, c.readings FROM (
            SELECT r.series, r.time - ((r.time % $5) + $5) % $5 AS bucket, count(*) AS readings
            FROM reading_rows r ANTI JOIN (SELECT * FROM late_keys WHERE journal_offset < $4) l
                ON l.series = r.series AND l.time = r.time AND l.journal_offset > r.journal_offset
            WHERE r.time >= $1 AND r.time < $2 AND r.journal_offset >= $3 AND r.journal_offset < $4
            GROUP BY r.series, bucket) c
        JOIN series s ON s.id = c.series WHERE $6 IS NULL OR list_contains(string_split($6, ','), s.device)
        ORDER BY c.series
        """;

    private const string Naming = """
        SELECT r.series, s.device, s.measurement, s.field, s.tags, r.time, r.journal_offset
        FROM current_rows r JOIN series s ON s.id = r.series
        WHERE r.time >= $1 AND r.time < $2 AND r.journal_offset >= $3 AND s.measurement = $4 AND s.field = $5
            AND ($6 IS NULL OR list_contains(string_split($6, ','), s.device))
        ORDER BY r.series
        """;

    /// <summary>Longest that one statement may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Sink => "Embedded";

    public bool NotesOffsets => true;

    public Task<ulong> DeliveredToAsync(CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var connection = database().Connect();
            if (journal != 0 && connection.Scalar<ulong>("SELECT journal FROM store_state") is not 0 and var filledBy && filledBy != journal)
                throw new EmbeddedStoreException(database().Path, "it was filled from another spool", "Its rows cannot be counted against this one.");

            return connection.Scalar<ulong>("SELECT next_offset FROM store_state");
        },
        cancellation);

    /// <summary>By the retention of now, or by what was deleted under a shorter one.</summary>
    public Task<long> KeptFromAsync(CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var connection = database().Connect();
            var deletedTo = RollUpState.Read(connection).RawFrom is > RollUpUnit.Earliest and var from ? from : ReconcileQuestion.EarliestNs;
            return options.RetainFor <= TimeSpan.Zero
                ? deletedTo
                : Math.Max(deletedTo, (clock.GetUtcNow() - options.RetainFor - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        },
        cancellation);

    public SeriesName Spell(SeriesName series) => series;

    public IAsyncEnumerable<FoundCount> CountAsync(FoundRange range, long widthNs, CancellationToken cancellation)
    {
        var series = new SeriesRows();
        return RowStream.ReadAsync(
            database(), connection => connection.Command(Counting, range.FromNs, range.ToNs, range.First, range.UpTo, widthNs, Devices(range)),
            row => new FoundCount(series.Read(row), row.GetInt64(5), row.GetInt64(6)), Patience, clock, cancellation);
    }

    public IAsyncEnumerable<FoundReading> ReadingsAsync(FoundRange range, string measurement, string field, CancellationToken cancellation)
    {
        var series = new SeriesRows();
        return RowStream.ReadAsync(
            database(), connection => connection.Command(Naming, range.FromNs, range.ToNs, range.First, measurement, field, Devices(range)),
            row => new FoundReading(series.Read(row), row.GetInt64(5), row.GetFieldValue<ulong>(6)), Patience, clock, cancellation);
    }

    /// <summary>No device id holds a comma.</summary>
    private static string? Devices(FoundRange range) => range.Devices is { } devices ? string.Join(',', devices) : null;

    /// <summary>Reads the names of a series once for all its rows.</summary>
    private sealed class SeriesRows
    {
        private int _id = -1;
        private SeriesName _series = new("", "", "", "");

        public SeriesName Read(DbDataReader row)
        {
            if (row.GetInt32(0) == _id) return _series;

            _id = row.GetInt32(0);
            return _series = new(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
        }
    }
}
