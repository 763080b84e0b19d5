using System.Globalization;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>The columns of some tables of an annotated CSV answer, as its annotations and its header describe them.</summary>
/// <remarks>
/// <code>
/// #datatype,string,long,dateTime:RFC3339,double,string     what the cells are
/// #group,false,false,false,false,true                      which columns are the same in all rows of a table
/// #default,_result,,,,                                     what an empty cell means
/// ,result,table,_time,_value,device                        the first cell of all but annotations is empty
/// ,,0,2026-01-31T00:00:00Z,1.5,pump-7
///                                                          an empty line ends the description
/// </code>
/// </remarks>
internal sealed class FluxTable
{
    private static readonly string[] NoTags = ["", "result", "table", "_start", "_stop", "_time", "_value", "_field", "_measurement"];

    private readonly Dictionary<string, List<string>> _annotations = new(StringComparer.Ordinal);
    private List<string>? _header;

    /// <summary>The header was read: what follows are rows.</summary>
    public bool IsDescribed => _header is not null;

    /// <summary>The server's own words instead of rows.</summary>
    public bool IsError => _header is not null && _header.Contains("error", StringComparer.Ordinal) && !_header.Contains("_value", StringComparer.Ordinal);

    /// <summary>Of <c>_value</c>.</summary>
    public ReadingKind Kind => DataType("_value") switch
    {
        "boolean" => ReadingKind.Boolean,
        "string" => ReadingKind.String,
        _ => ReadingKind.Float,
    };

    public void Describe(List<string> record)
    {
        if (record[0].StartsWith('#')) _annotations[record[0]] = record;
        else _header = record;
    }

    /// <summary>What stands in a column; its default when the cell is empty; null when it has neither or there is no such column.</summary>
    public string? Text(List<string> row, string column)
    {
        var index = _header!.IndexOf(column);
        if (index < 0) return null;

        var cell = row[index].Length > 0 ? row[index] : Annotation("#default", index);
        return cell.Length > 0 ? cell : null;
    }

    /// <summary>Nanoseconds since 1970.</summary>
    public long Time(List<string> row, string column) => Text(row, column) is { } text && FluxTime.TryParse(text, out var ns)
        ? ns
        : throw InfluxAsking.BrokenOff($"a row has no time in column {column}.");

    /// <summary>Of <c>_value</c>: a double, a long, a bool or a string; null for none.</summary>
    public object? Value(List<string> row)
    {
        var (text, type) = (Text(row, "_value"), DataType("_value"));
        return (type, text) switch
        {
            ("string", _) => text ?? "", // an empty one looks like none
            (_, null) => null,
            ("boolean", _) => text is "true",
            ("long" or "unsignedLong", _) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            ("unsignedLong", _) when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var large) => (double)large,
            ("double", "+Inf") => double.PositiveInfinity,
            ("double", "-Inf") => double.NegativeInfinity,
            ("double", _) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            ("long" or "unsignedLong" or "double", _) => throw InfluxAsking.BrokenOff($"'{text}' is no {type}."),
            _ => text,
        };
    }

    /// <summary>All columns that are tags.</summary>
    public IEnumerable<KeyValuePair<string, string>> Tags(List<string> row) => _header!
        .Where(column => !NoTags.Contains(column, StringComparer.Ordinal))
        .Select(column => KeyValuePair.Create(column, Text(row, column) ?? ""));

    /// <exception cref="IOException">The row does not fit the header.</exception>
    public void Check(List<string> row)
    {
        if (row.Count != _header!.Count) throw InfluxAsking.BrokenOff($"a row has {row.Count} cells where its header has {_header.Count}.");
    }

    private string DataType(string column) => _header!.IndexOf(column) is >= 0 and var index ? Annotation("#datatype", index) : "";

    private string Annotation(string name, int index) => _annotations.TryGetValue(name, out var cells) && index < cells.Count && index > 0 ? cells[index] : "";
}
