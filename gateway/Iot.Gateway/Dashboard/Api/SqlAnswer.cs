using System.Diagnostics.CodeAnalysis;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>An answer for a page: bounded, and each value as text, since a browser's numbers would round it.</summary>
/// <param name="Rows">Values in the order of the columns; null for NULL.</param>
/// <param name="Truncated">There is more: ask for csv, json or parquet.</param>
internal sealed record SqlAnswer(IReadOnlyList<SqlColumnJson> Columns, [property: SuppressMessage("Performance", "CA1819", Justification = "written once, then sent")] IReadOnlyList<string?[]> Rows, bool Truncated, double Milliseconds)
{
    /// <summary>Most characters of all values together: a thousand rows may hold a thousand long texts.</summary>
    private const long MostText = 8_000_000;

    public static async Task<SqlAnswer> ReadAsync(SqlQuery query, int limit, TimeProvider clock, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var (rows, text, isCut) = (new List<string?[]>(), 0L, false);
        await foreach (var row in query.TextRowsAsync(cancellation))
        {
            text += row.Sum(static value => (long)(value?.Length ?? 0));
            isCut = rows.Count == limit || text > MostText;
            if (isCut) break;

            rows.Add(row);
        }

        return new([.. query.Columns.Select(column => new SqlColumnJson(column.Name, column.Type, column.IsNumber))], rows, isCut, Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 1));
    }
}

/// <param name="Type">As DuckDB names it.</param>
internal sealed record SqlColumnJson(string Name, string Type, bool IsNumber);
