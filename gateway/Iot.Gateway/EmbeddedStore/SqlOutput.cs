using System.Buffers;
using System.Text;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Writes an answer as CSV (RFC 4180), JSON (an array of objects), or a table to look at.</summary>
internal static class SqlOutput
{
    private const int WidestColumn = 60;
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(",\"\r\n");

    /// <returns>Rows written, the head line not counted.</returns>
    public static async Task<long> WriteCsvAsync(SqlQuery query, TextWriter to, CancellationToken cancellation)
    {
        await to.WriteAsync(CsvLine([.. query.Columns.Select(column => column.Name)]));
        var rows = 0L;
        await foreach (var row in query.TextRowsAsync(cancellation))
        {
            await to.WriteAsync(CsvLine(row));
            rows++;
        }

        return rows;
    }

    public static async Task<long> WriteJsonAsync(SqlQuery query, TextWriter to, CancellationToken cancellation)
    {
        var rows = 0L;
        await to.WriteAsync('[');
        await foreach (var row in query.JsonRowsAsync(cancellation))
        {
            await to.WriteAsync(rows++ == 0 ? "\n" : ",\n");
            await to.WriteAsync(row);
        }

        await to.WriteAsync(rows == 0 ? "]\n" : "\n]\n");
        return rows;
    }

    /// <summary>Widths are those of the first <paramref name="measured"/> rows; longer values are cut with an ellipsis.</summary>
    public static async Task<long> WriteTableAsync(SqlQuery query, TextWriter to, int measured, CancellationToken cancellation)
    {
        var first = new List<string?[]>();
        int[]? widths = null;
        var rows = 0L;
        await foreach (var row in query.TextRowsAsync(cancellation))
        {
            rows++;
            if (widths is not null)
            {
                await to.WriteLineAsync(TableLine(query, row, widths));
                continue;
            }

            first.Add(row);
            if (first.Count == measured) widths = await WriteHeadAsync(query, first, to);
        }

        if (widths is null) await WriteHeadAsync(query, first, to);
        return rows;
    }

    private static async Task<int[]> WriteHeadAsync(SqlQuery query, List<string?[]> first, TextWriter to)
    {
        var widths = query.Columns
            .Select((column, i) => Math.Min(WidestColumn, first.Select(row => row[i]?.Length ?? 0).Append(column.Name.Length).Max()))
            .ToArray();
        await to.WriteLineAsync(TableLine(query, [.. query.Columns.Select(column => column.Name)], widths));
        await to.WriteLineAsync(string.Join("  ", widths.Select(width => new string('-', width))));
        foreach (var row in first) await to.WriteLineAsync(TableLine(query, row, widths));
        return widths;
    }

    private static string TableLine(SqlQuery query, string?[] row, int[] widths) => string.Join("  ", row.Select((value, i) =>
    {
        var text = value ?? "";
        if (text.Length > widths[i]) text = string.Concat(text.AsSpan(0, widths[i] - 1), "…");
        return query.Columns[i].IsNumber ? text.PadLeft(widths[i]) : text.PadRight(widths[i]);
    })).TrimEnd();

    private static string CsvLine(string?[] row)
    {
        var line = new StringBuilder();
        for (var i = 0; i < row.Length; i++)
        {
            if (i > 0) line.Append(',');
            AppendCsv(line, row[i]);
        }

        return line.Append("\r\n").ToString();
    }

    /// <summary>NULL is nothing, an empty text is <c>""</c>.</summary>
    private static void AppendCsv(StringBuilder line, string? value)
    {
        if (value is null) return;
        if (value.Length > 0 && !value.AsSpan().ContainsAny(NeedsQuotes)) line.Append(value);
        else line.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
