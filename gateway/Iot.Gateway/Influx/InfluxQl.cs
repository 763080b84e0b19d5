using System.Globalization;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>InfluxQL as text. Names and values from outside go through <see cref="Name"/> or <see cref="Text"/>, never in as they are.</summary>
internal static class InfluxQl
{
    /// <summary>An identifier in double quotes.</summary>
    public static string Name(string name) => $"\"{Escape(name, "\"")}\"";

    /// <summary>A string in single quotes.</summary>
    public static string Text(string text) => $"'{Escape(text, "'")}'";

    /// <summary>The readings of one field, or one value a bucket of them, by series and in the order of time.</summary>
    public static string Readings(string measurement, string field, ReadingQuery query, int limit)
    {
        var every = query.Every is { } width ? Nanoseconds(width) : null;
        var select = every is null ? Name(field) : query.Points is null ? $"{Function(query.Aggregate)}({Name(field)})" : $"min({Name(field)}), max({Name(field)})";
        var groups = every is null ? "*" : $"time({every}), * fill(none)";
        return string.Create(CultureInfo.InvariantCulture,
            $"SELECT {select} FROM {Name(measurement)} WHERE time >= {query.FromNs} AND time < {query.ToNs}{Series(query)} GROUP BY {groups} LIMIT {limit}");
    }

    /// <summary>How many readings each series of one field has.</summary>
    public static string Count(string measurement, string field, ReadingQuery query) => string.Create(CultureInfo.InvariantCulture,
        $"SELECT count({Name(field)}) FROM {Name(measurement)} WHERE time >= {query.FromNs} AND time < {query.ToNs}{Series(query)} GROUP BY *");

    /// <summary>The newest reading of each series of one field.</summary>
    public static string Newest(string measurement, string field) => $"SELECT last({Name(field)}) FROM {Name(measurement)} GROUP BY *";

    public static string Fields(string? measurement) => measurement is null ? "SHOW FIELD KEYS" : $"SHOW FIELD KEYS FROM {Name(measurement)}";

    /// <summary>Tags are named as far as InfluxQL can: a series with others besides matches, too, and is left out by whoever reads the answer.</summary>
    private static string Series(ReadingQuery query)
    {
        var devices = query.Device?.Names.Select(name => $"\"device\" = {Text(name)}");
        return $"{Either(devices)}{(query.Tags?.Contains("") == true ? "" : Either(query.Tags?.Names.Select(Tags)))}";
    }

    /// <summary>No series is without a device: text that is no tags matches none.</summary>
    private static string Tags(string text) =>
        string.Join(" AND ", InfluxTags.Parse(text).Select(tag => $"{Name(tag.Key)} = {Text(tag.Value)}").DefaultIfEmpty("\"device\" = ''"));

    private static string Either(IEnumerable<string>? conditions) => conditions is null ? "" : $" AND ({string.Join(" OR ", conditions)})";

    private static string Function(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Mean => "mean",
        Aggregate.Min => "min",
        Aggregate.Max => "max",
        Aggregate.Last => "last",
        _ => "count",
    };

    /// <summary>InfluxQL counts in whole numbers of a unit; ours are ticks of 100 ns.</summary>
    private static string Nanoseconds(TimeSpan width) => string.Create(CultureInfo.InvariantCulture, $"{width.Ticks * TimeSpan.NanosecondsPerTick}ns");

    private static string Escape(string text, string quote) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(quote, "\\" + quote, StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
