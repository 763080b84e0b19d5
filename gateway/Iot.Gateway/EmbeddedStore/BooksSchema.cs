namespace Iot.Gateway.EmbeddedStore;

/// <summary>The books, copied in now and then for those who query: per device what was received and what became of it, and every gap.</summary>
internal static class BooksSchema
{
    public const string Create = """
        CREATE TABLE device_rows (
            device VARCHAR NOT NULL, received BIGINT NOT NULL, accepted BIGINT NOT NULL, rejected BIGINT NOT NULL, duplicate BIGINT NOT NULL,
            stored BIGINT NOT NULL, pending BIGINT NOT NULL, dead_lettered BIGINT NOT NULL, last_seen BIGINT NOT NULL,
            provable BOOLEAN NOT NULL, as_of BIGINT NOT NULL);
        CREATE TABLE gap_rows (
            device VARCHAR NOT NULL, epoch VARCHAR NOT NULL, first_batch UBIGINT NOT NULL, last_batch UBIGINT NOT NULL,
            given_up BOOLEAN NOT NULL, held BOOLEAN NOT NULL, begins BIGINT NOT NULL, ends BIGINT NOT NULL);
        CREATE VIEW devices AS
            SELECT device, received, accepted, rejected, duplicate, stored, pending, dead_lettered, provable,
                make_timestamp_ns(last_seen) AS last_seen, make_timestamp_ns(as_of) AS as_of
            FROM device_rows;
        CREATE VIEW gaps AS
            SELECT device, epoch, first_batch, last_batch, last_batch - first_batch + 1 AS batches, given_up, held,
                make_timestamp_ns(nullif(begins, 0)) AS begins, make_timestamp_ns(nullif(ends, 0)) AS ends
            FROM gap_rows;
        """;
}
