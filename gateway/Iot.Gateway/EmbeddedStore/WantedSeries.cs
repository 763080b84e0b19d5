using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>The series of a query, as a common table expression: place orders them, so that rows sort by a number and not by four strings.</summary>
internal sealed class WantedSeries
{
    private readonly object?[] _parameters;

    public WantedSeries(ReadingQuery query)
    {
        var after = query.After;
        _parameters = after is null
            ? [query.Device?.Value, query.Measurement, query.Field]
            : [query.Device?.Value, query.Measurement, query.Field, after.Device.Value, after.Measurement, after.Field, after.Tags];
        Sql = $"""
            WITH wanted AS (
                SELECT id, device, measurement, field, tags, row_number() OVER (ORDER BY device, measurement, field, tags) AS place,
                    {(after is null ? "false" : $"({Names}) = ($4::VARCHAR, $5::VARCHAR, $6::VARCHAR, $7::VARCHAR)")} AS begun
                FROM series
                WHERE ($1 IS NULL OR device = $1) AND ($2 IS NULL OR measurement = $2) AND ($3 IS NULL OR field = $3)
                    {(after is null ? "" : $"AND ({Names}) >= ($4::VARCHAR, $5::VARCHAR, $6::VARCHAR, $7::VARCHAR)")})
            """;
    }

    private const string Names = "device, measurement, field, tags";

    public string Sql { get; }

    /// <summary>A statement that begins with <see cref="Sql"/>.</summary>
    public DuckDBCommand Command(DuckDBConnection connection, string sql) => connection.Command(sql, _parameters);

    /// <summary>Leaves out what was read before of the series <c>w</c> in which the reader goes on.</summary>
    public static string NotRead(ReadingQuery query, string time) =>
        query.After is { } after ? FormattableString.Invariant($"AND NOT (w.begun AND {time} <= {after.TimeNs})") : "";
}
