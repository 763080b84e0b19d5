using Iot.Gateway.Mqtt;
using Iot.Wire;
using Microsoft.Data.Sqlite;

namespace Iot.Gateway.DeadLetters;

/// <summary>Reads dead letters back.</summary>
internal static class DeadLetterReader
{
    private const string Columns = """
        SELECT l.id, l.offset, l.origin, l.reading, l.device, l.received_at_ns, l.reason, l.detail, l.format, l.epoch, l.seq, l.first,
            l.readings, l.schema, l.state, coalesce(p.length, 0), coalesce(length(p.bytes), 0)
        """;

    private const string Source = "FROM letters l LEFT JOIN payloads p ON p.offset = l.offset";

    private const string Meant = """
        l.id < $1 AND l.id > $9 AND ($2 IS NULL OR l.device = $2) AND ($3 IS NULL OR l.reason = $3) AND ($4 IS NULL OR l.origin = $4)
            AND l.received_at_ns >= $5 AND l.received_at_ns < $6 AND ($7 IS NULL OR l.state = $7)
        """;

    private static readonly string Grouping = $"""
        SELECT reason, count(*), sum(readings) FROM letters l WHERE {Meant} AND $8 > 0 GROUP BY reason ORDER BY count(*) DESC, reason
        """;

    private static string Listing(bool oldestFirst) => $"""
        {Columns} {Source}
        WHERE {Meant}
        ORDER BY l.id {(oldestFirst ? "ASC" : "DESC")} LIMIT $8
        """;

    private const string Counting = """
        SELECT device, origin, reason, sum(letters), sum(readings) FROM (
            SELECT device, origin, reason, count(*) AS letters, sum(readings) AS readings FROM letters WHERE state != 1 GROUP BY device, origin, reason
            UNION ALL SELECT device, origin, reason, letters, readings FROM overflow)
        GROUP BY device, origin, reason ORDER BY device, origin, reason
        """;

    public static IReadOnlyList<KeptDeadLetter> List(SqliteConnection connection, DeadLetterFilter filter)
    {
        using var command = Asked(connection, Listing(filter.OldestFirst), filter);
        using var reader = command.ExecuteReader();
        var letters = new List<KeptDeadLetter>();
        while (reader.Read()) letters.Add(Kept(reader, []));
        return letters;
    }

    /// <summary>The most frequent reason first; the filter's limit does not count.</summary>
    public static IReadOnlyList<DeadLetterGroup> Groups(SqliteConnection connection, DeadLetterFilter filter)
    {
        using var command = Asked(connection, Grouping, filter);
        using var reader = command.ExecuteReader();
        var groups = new List<DeadLetterGroup>();
        while (reader.Read()) groups.Add(new((RejectReason)reader.GetByte(0), reader.GetInt64(1), reader.GetInt64(2)));
        return groups;
    }

    private static SqliteCommand Asked(SqliteConnection connection, string sql, DeadLetterFilter filter) => connection.Command(sql,
        filter.BeforeId, filter.Device?.Value, (byte?)filter.Reason, filter.Origin, filter.FromNs, filter.ToNs, (byte?)filter.State, Math.Clamp(filter.Limit, 1, 10_000), filter.AfterId);

    public static KeptDeadLetter? Get(SqliteConnection connection, long id)
    {
        using var command = connection.Command($"{Columns}, p.bytes {Source} WHERE l.id = $1", id);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Kept(reader, reader.IsDBNull(17) ? [] : reader.GetFieldValue<byte[]>(17)) : null;
    }

    public static IReadOnlyList<DeadLetterCount> Counts(SqliteConnection connection)
    {
        using var command = connection.Command(Counting);
        using var reader = command.ExecuteReader();
        var counts = new List<DeadLetterCount>();
        while (reader.Read())
            counts.Add(new(DeviceId.Parse(reader.GetString(0)), reader.GetString(1), (RejectReason)reader.GetByte(2), reader.GetInt64(3), reader.GetInt64(4)));
        return counts;
    }

    private static KeptDeadLetter Kept(SqliteDataReader row, byte[] payload) => new(
        row.GetInt64(0),
        new()
        {
            Offset = (ulong)row.GetInt64(1),
            Origin = row.GetString(2),
            Index = row.GetInt32(3),
            Device = DeviceId.Parse(row.GetString(4)),
            ReceivedAtNs = row.GetInt64(5),
            Reason = (RejectReason)row.GetByte(6),
            Detail = row.GetString(7),
            Format = (PayloadFormat)row.GetByte(8),
            Identity = row.IsDBNull(9) ? null : new((ulong)row.GetInt64(9), (ulong)row.GetInt64(10), (ulong)row.GetInt64(11)),
            Readings = row.GetInt32(12),
            Schema = row.GetString(13),
            Payload = payload,
        },
        (LetterState)row.GetByte(14), row.GetInt64(15), row.GetInt64(16));
}
