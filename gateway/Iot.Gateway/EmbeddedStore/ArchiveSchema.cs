namespace Iot.Gateway.EmbeddedStore;

/// <summary>What the archive holds: one row a Parquet file that was written, read again and found to be equal to the table.</summary>
/// <remarks>
/// <code>
/// archived_parts   day (start, nanoseconds), name of the file in its folder, the times and journal offsets it covers,
///                  rows, checksum (bit_xor of the hashes of its rows) and size
/// stale_days       archived days that have got other readings since
/// </code>
/// </remarks>
internal static class ArchiveSchema
{
    public const string Create = """
        CREATE TABLE archived_parts (
            day BIGINT NOT NULL, file VARCHAR NOT NULL, from_time BIGINT NOT NULL, to_time BIGINT NOT NULL,
            from_offset UBIGINT NOT NULL, to_offset UBIGINT NOT NULL, rows BIGINT NOT NULL, checksum UBIGINT NOT NULL, bytes BIGINT NOT NULL);
        CREATE TABLE stale_days (day BIGINT NOT NULL);
        CREATE VIEW archive AS
            SELECT make_timestamp_ns(day)::DATE AS date, file, rows, bytes, lower(to_hex(checksum)) AS checksum FROM archived_parts;
        """;
}
