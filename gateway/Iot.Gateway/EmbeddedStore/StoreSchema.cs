namespace Iot.Gateway.EmbeddedStore;

/// <summary>The tables. No primary key: it would cost eight times the writing speed and twenty times the bytes.</summary>
/// <remarks>
/// docs/sql.md describes the views for those who query them; change both together.
/// <code>
/// series        one row a series; few, so strings are here only
/// reading_rows  one row a reading as it was written; each knows the journal offset it came from
/// late_keys     series, time and offset of readings that were not newer than what their series held already:
///               only these can replace another reading, so only against these is a query compared
/// store_state   format version, identity of the journal (0: not filled yet), and the next journal offset: written
///               in the transaction that writes the rows; collected: rows from this offset on are not in unrolled yet;
///               raw_from: readings before it are deleted, so their roll-ups are never made again
/// readings      THE VIEW TO QUERY: at equal series and time the later offset alone is seen
/// </code>
/// Roll-ups: <see cref="RollUpSchema"/>. Archive: <see cref="ArchiveSchema"/>. Books: <see cref="BooksSchema"/>.
/// </remarks>
internal static class StoreSchema
{
    public const int Version = 2;

    public const string Create = $"""
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
        INSERT INTO store_state VALUES (1, 0, 0);
        {FromVersion1}
        """;

    /// <summary>Touches no reading, so that it takes milliseconds however large the file is.</summary>
    public const string FromVersion1 = $"""
        ALTER TABLE store_state ADD COLUMN collected UBIGINT DEFAULT 0;
        ALTER TABLE store_state ADD COLUMN raw_from BIGINT DEFAULT -9000000000000000000;
        {RollUpSchema.Create}
        {ArchiveSchema.Create}
        {BooksSchema.Create}
        UPDATE store_state SET version = 2;
        """;

    public const string IsOurs = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'store_state'";

    public const string IsEmpty = "SELECT count(*) FROM duckdb_tables()";
}
