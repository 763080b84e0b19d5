using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>One statement in one line.</summary>
internal static class DuckDbConnectionExtensions
{
    /// <returns>Rows changed.</returns>
    public static int Execute(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public static T Scalar<T>(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return (T)Convert.ChangeType(command.ExecuteScalar()!, typeof(T), CultureInfo.InvariantCulture);
    }

    public static DuckDBCommand Command(this DuckDBConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var value in parameters) command.Parameters.Add(new DuckDBParameter(value ?? DBNull.Value));
        return command;
    }

    public static string? StringOrNull(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
