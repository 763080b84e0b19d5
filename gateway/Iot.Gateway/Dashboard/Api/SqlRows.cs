using System.Diagnostics;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>How an answer to SQL is written.</summary>
internal enum SqlFormat
{
    /// <summary>Columns for people.</summary>
    Table,
    Csv,
    Json,
    Parquet,

    /// <summary>For a page: see <see cref="SqlAnswer"/>.</summary>
    Rows,
}

/// <summary>Writes the rows of an answer as text.</summary>
internal static class SqlRows
{
    /// <param name="measured">Rows that a table's widths are taken from.</param>
    public static Task<long> WriteAsync(SqlQuery query, SqlFormat format, TextWriter to, int measured, CancellationToken cancellation) => format switch
    {
        SqlFormat.Csv => SqlOutput.WriteCsvAsync(query, to, cancellation),
        SqlFormat.Json => SqlOutput.WriteJsonAsync(query, to, cancellation),
        SqlFormat.Table => SqlOutput.WriteTableAsync(query, to, measured, cancellation),
        _ => throw new UnreachableException(),
    };
}
