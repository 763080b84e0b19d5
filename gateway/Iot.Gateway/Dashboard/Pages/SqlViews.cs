namespace Iot.Gateway.Dashboard.Pages;

/// <summary>The views that SQL users may rely on, as docs/sql.md describes them; change both together.</summary>
internal static class SqlViews
{
    private const string Buckets = "time device measurement field unit tags readings mean min max last last_text last_time time_ns";

    public static readonly IReadOnlyList<SqlView> All =
    [
        new("readings", "a reading, each once", "time device measurement field value text unit tags kind time_ns journal_offset"),
        new("minutes", "a series and a minute that has ended", Buckets),
        new("hours", "a series and an hour that has ended", Buckets),
        new("devices", "a device and its books, a minute old at most", "device received accepted rejected duplicate stored pending dead_lettered provable last_seen as_of"),
        new("gaps", "batches that have not arrived", "device epoch first_batch last_batch batches given_up held begins ends"),
        new("archive", "a file of the archive", "date file rows bytes checksum"),
    ];

    public static readonly IReadOnlyList<(string Name, string Sql)> Examples =
    [
        ("The newest readings", "SELECT time, device, measurement, field, value, text, unit\nFROM readings\nORDER BY time_ns DESC LIMIT 100"),
        ("The last hour of one field", "SELECT time, value FROM readings\nWHERE device = 'pump-7' AND field = 'temperature'\n  AND time > now()::TIMESTAMP - INTERVAL 1 HOUR\nORDER BY time"),
        ("Extremes by day", "SELECT time::DATE AS day, device, field, min(min), max(max), sum(readings) AS readings\nFROM hours\nGROUP BY day, device, field ORDER BY day DESC, device, field"),
        ("A mean that weighs its hours", "SELECT device, field, sum(mean * readings) / sum(readings) AS mean\nFROM hours\nGROUP BY device, field"),
        ("Is anything missing?", "SELECT device, sum(batches) AS missing FROM gaps\nGROUP BY device ORDER BY missing DESC"),
        ("Do the books balance?", "SELECT device, received, accepted, rejected, duplicate,\n  received = accepted + rejected + duplicate AS balanced, provable\nFROM devices ORDER BY balanced, device"),
    ];
}

/// <param name="Row">What one is, as a phrase.</param>
internal sealed record SqlView(string Name, string Row, string ColumnNames)
{
    public IReadOnlyList<string> Columns { get; } = ColumnNames.Split(' ');
}
