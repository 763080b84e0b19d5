using DuckDB.NET.Data;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>The series of a query, as a common table expression: place orders them, so that rows sort by a number and not by four strings.</summary>
internal sealed class WantedSeries
{
    private readonly List<object?> _parameters = [];

    public WantedSeries(ReadingQuery query)
    {
        var after = query.After;
        var place = after is null ? "" : $"({Parameter(after.Device.Value)}, {Parameter(after.Measurement)}, {Parameter(after.Field)}, {Parameter(after.Tags)})";
        Sql = $"""
            WITH wanted AS (
                SELECT id, device, measurement, field, tags, unit, row_number() OVER (ORDER BY device, measurement, field, tags) AS place,
                    {(after is null ? "false" : $"({Names}) = {place}")} AS begun
                FROM series
                WHERE true {Among("device", query.Device)} {Among("measurement", query.Measurement)} {Among("field", query.Field)} {Among("tags", query.Tags)}
                    {(after is null ? "" : $"AND ({Names}) >= {place}")})
            """;
    }

    private const string Names = "device, measurement, field, tags";

    public string Sql { get; }

    /// <summary>A statement that begins with <see cref="Sql"/>.</summary>
    public DuckDBCommand Command(DuckDBConnection connection, string sql) => connection.Command(sql, [.. _parameters]);

    /// <summary>Leaves out what was read before of the series <c>w</c> in which the reader goes on.</summary>
    public static string NotRead(ReadingQuery query, string time) =>
        query.After is { } after ? FormattableString.Invariant($"AND NOT (w.begun AND {time} <= {after.TimeNs})") : "";

    private string Among(string column, AnyOf? names) => names is null ? "" : $"AND {column} IN ({string.Join(", ", names.Names.Select(Parameter))})";

    /// <summary>Its number, with the type that a comparison of rows does not give it.</summary>
    private string Parameter(string text)
    {
        _parameters.Add(text);
        return FormattableString.Invariant($"${_parameters.Count}::VARCHAR");
    }
}
