using System.Text;
using System.Text.Json;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Judges a statement by DuckDB's own parse of it: one SELECT, and only functions that look at nothing but tables.</summary>
/// <remarks>The first of three walls: behind it are a read-only transaction, and a database without access to files or settings.</remarks>
internal static class SqlGuard
{
    /// <summary>Longest statement, in characters.</summary>
    public const int MaxLength = 100_000;

    /// <summary>Asks for the parse; everything but SELECT (SHOW, DESCRIBE and SUMMARIZE are selects) has none.</summary>
    public const string Parse = "SELECT json_serialize_sql($1::VARCHAR)::VARCHAR";

    private static readonly HashSet<string> TableFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "range", "generate_series", "unnest", "json_each", "json_tree", "histogram", "histogram_values", "repeat", "repeat_row", "summary",
        "duckdb_tables", "duckdb_columns", "duckdb_views", "duckdb_functions",
    };

    private static readonly HashSet<string> ForbiddenFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "write_log", "sleep_ms", "setseed", "nextval", "currval", "getenv", "finalize", "combine", "json_execute_serialized_sql",
        "current_setting", "getvariable", "read_text", "read_blob",
    };

    /// <summary>Null when the statement may run, else what speaks against it.</summary>
    /// <param name="parse">What <see cref="Parse"/> answered.</param>
    public static string? WhyRefused(string parse)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(parse), new JsonReaderOptions { MaxDepth = 100_000 });
        var inTableFunction = false;
        var statements = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;

            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "error" when reader.TokenType == JsonTokenType.True:
                    return Error(parse);
                case "node" when reader.CurrentDepth == 3:
                    statements++;
                    break;
                case "type" when reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("TABLE_FUNCTION"u8):
                    inTableFunction = true;
                    break;
                case "type" when reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("VALUE_PARAMETER"u8):
                    return "it has a parameter, and there is no value for one";
                case "function_name" when WhyRefused(reader.GetString()!, inTableFunction) is { } why:
                    return why;
                case "function_name":
                    inTableFunction = false;
                    break;
                case "table_name" when reader.GetString() is { } table && table.Contains('/'):
                    return $"'{table}' looks like a file; only tables and views can be read";
            }
        }

        return statements == 1 ? null : $"it holds {statements} statements; give one SELECT";
    }

    private static string? WhyRefused(string function, bool ofTable)
    {
        if (ofTable && !TableFunctions.Contains(function)) return $"the table function {function} is not allowed";

        return ForbiddenFunctions.Contains(function) ? $"the function {function} is not allowed" : null;
    }

    private static string Error(string parse)
    {
        using var answer = JsonDocument.Parse(parse);
        var message = answer.RootElement.GetProperty("error_message").GetString();
        return answer.RootElement.GetProperty("error_type").ValueEquals("not implemented")
            ? "only SELECT statements can be run; nothing can be changed from here"
            : message ?? "it cannot be parsed";
    }
}
