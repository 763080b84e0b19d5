using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>A range of time as SQL over roll-ups where they are true and over readings where they are not: at its ends, and where something new has come.</summary>
/// <remarks>
/// The same rows as <see cref="RollUpSchema.OfReadings"/> would give of the readings alone, only finer or coarser than asked: the caller
/// puts them together by <see cref="RollUpSchema.OfParts"/>. Every piece has its times as plain numbers, by which DuckDB skips what lies elsewhere.
/// </remarks>
internal sealed class RolledParts
{
    private readonly RollUpState _state;
    private readonly TimeRange _all;
    private readonly TimeRange _minutes;
    private readonly TimeRange _hours;
    private readonly TimeRange _fresh;
    private readonly TimeRange _staleHours;

    private RolledParts(DuckDBConnection connection, WantedSeries wanted, RollUpState state, TimeRange all, bool byHours)
    {
        _state = state;
        _all = all;
        _minutes = all.Whole(RollUpUnit.Minute);
        _hours = byHours ? _minutes.Whole(RollUpUnit.Hour) : new(_minutes.To, _minutes.To);
        _fresh = Bounds(connection, wanted, $"{wanted.Sql}, {Fresh} SELECT min(time), max(time) + {RollUpUnit.Minute} FROM fresh").Within(_all);
        _staleHours = byHours
            ? Bounds(connection, wanted, $"{wanted.Sql}, {Fresh}, {StaleHours} SELECT min(time), max(time) + {RollUpUnit.Hour} FROM stale_hours").Within(_hours)
            : new(0, 0);
    }

    /// <summary>Common table expressions that end in <c>parts</c>; to follow those of <paramref name="wanted"/>.</summary>
    /// <param name="byHours">The caller's buckets are whole hours.</param>
    public static string Sql(DuckDBConnection connection, WantedSeries wanted, RollUpState state, ReadingQuery query, bool byHours) =>
        new RolledParts(connection, wanted, state, TimeRange.Of(query), byHours).Sql();

    private string Fresh => $"""
        fresh AS MATERIALIZED (
            SELECT DISTINCT r.series, {RollUpUnit.Bucket("r.time", RollUpUnit.Minute)} AS time
            FROM reading_rows r SEMI JOIN wanted w ON w.id = r.series
            WHERE r.journal_offset >= {_state.Collected} AND r.time >= {_all.From} AND r.time < {_all.To} AND r.time >= {_state.RawFrom}
            UNION
            SELECT u.series, u.time FROM unrolled u SEMI JOIN wanted w ON w.id = u.series
            WHERE u.width = {RollUpUnit.Minute} AND u.time > {_all.From - RollUpUnit.Minute} AND u.time < {_all.To} AND u.time >= {_state.RawFrom})
        """;

    private static string StaleHours => $"""
        stale_hours AS MATERIALIZED (
            SELECT DISTINCT series, {RollUpUnit.Bucket("time", RollUpUnit.Hour)} AS time FROM fresh
            UNION
            SELECT u.series, u.time FROM unrolled u SEMI JOIN wanted w ON w.id = u.series WHERE u.width = {RollUpUnit.Hour})
        """;

    private string Sql()
    {
        var minute = RollUpUnit.Bucket("r.time", RollUpUnit.Minute);
        const string notFresh = "ANTI JOIN fresh f ON f.series = p.series AND f.time = p.time";
        List<string> pieces =
        [
            .. Piece(_hours, span => $"{From("hour_parts", span)} ANTI JOIN stale_hours h ON h.series = p.series AND h.time = p.time"),
            .. Piece(new(_minutes.From, _hours.From), span => $"{From("minute_parts", span)} {notFresh}"),
            .. Piece(new(_hours.To, _minutes.To), span => $"{From("minute_parts", span)} {notFresh}"),
            .. Piece(_staleHours, span => $"{From("minute_parts", span)} SEMI JOIN stale_hours h ON h.series = p.series AND h.time = {RollUpUnit.Bucket("p.time", RollUpUnit.Hour)} {notFresh}"),
            .. Piece(_fresh, span => Readings(span, $"SEMI JOIN fresh f ON f.series = r.series AND f.time = {minute}")),
            .. Piece(new TimeRange(_all.From, _minutes.From).After(_state.RawFrom), span => Readings(span, $"ANTI JOIN fresh f ON f.series = r.series AND f.time = {minute}")),
            .. Piece(new TimeRange(_minutes.To, _all.To).After(_state.RawFrom), span => Readings(span, $"ANTI JOIN fresh f ON f.series = r.series AND f.time = {minute}")),
        ];
        var parts = pieces.Count > 0 ? string.Join("\nUNION ALL ", pieces) : From("minute_parts", new(0, 0));
        return $"{Fresh}{(_hours.IsEmpty ? "" : $", {StaleHours}")}, parts AS ({parts})";
    }

    private static IEnumerable<string> Piece(TimeRange span, Func<TimeRange, string> sql) => span.IsEmpty ? [] : [sql(span)];

    /// <summary>The tables' rows of the wanted series; joined before the anti join, so that this compares few.</summary>
    private static string From(string table, TimeRange span) =>
        $"SELECT p.* FROM (SELECT t.* FROM {table} t SEMI JOIN wanted w ON w.id = t.series WHERE t.time >= {span.From} AND t.time < {span.To}) p";

    private static string Readings(TimeRange span, string join) => $"""
        SELECT r.series, {RollUpUnit.Bucket("r.time", RollUpUnit.Minute)} AS time, {RollUpSchema.OfReadings}
        FROM (SELECT c.* FROM current_rows c SEMI JOIN wanted w ON w.id = c.series WHERE c.time >= {span.From} AND c.time < {span.To}) r
        {join} GROUP BY ALL
        """;

    private static TimeRange Bounds(DuckDBConnection connection, WantedSeries wanted, string sql)
    {
        using var command = wanted.Command(connection, sql);
        using var row = command.ExecuteReader();
        return row.Read() && !row.IsDBNull(0) ? new(row.GetInt64(0), row.GetInt64(1)) : new(0, 0);
    }
}
