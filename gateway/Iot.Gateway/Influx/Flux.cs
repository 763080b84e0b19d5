using System.Globalization;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Influx;

/// <summary>Flux as text. Names and values from outside go through <see cref="Text"/>, never in as they are.</summary>
internal static class Flux
{
    /// <summary>All but time and value tell series apart.</summary>
    private const string BySeries = """|> group(columns: ["_start", "_stop", "_time", "_value"], mode: "except")""";

    /// <summary>A string in double quotes, in which <c>${</c> would begin an expression.</summary>
    public static string Text(string text) => $"\"{text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("${", "\\${", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal)}\"";

    /// <summary>InfluxDB 1.8 knows its databases as buckets of this name.</summary>
    public static string Bucket(InfluxOptions options) => options.Api == InfluxApi.V2 ? options.Bucket
        : options.RetentionPolicy.Length == 0 ? options.Database : $"{options.Database}/{options.RetentionPolicy}";

    /// <summary>The readings of one field, or one value a bucket of them, by series and in the order of time.</summary>
    /// <param name="name">Of the answer, where a script holds several; letters and digits.</param>
    public static string Readings(string bucket, string measurement, string field, ReadingQuery query, int limit, string name)
    {
        var source = Source(bucket, measurement, field, query);
        var width = query.Every is { } every ? every.Ticks * TimeSpan.NanosecondsPerTick : 0;
        var rows = query is { Every: not null, Points: not null } ? Extremes(source, width, name) : query.Every is null ? source : Buckets(source, width, query.Aggregate);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {rows}
              |> drop(columns: ["_start", "_stop"])
              |> limit(n: {limit})
              |> yield(name: "{name}")

            """);
    }

    /// <summary>How many readings each series of one field has.</summary>
    public static string Count(string bucket, string measurement, string field, ReadingQuery query) => $"{Source(bucket, measurement, field, query)}\n  |> count()\n";

    /// <summary>The newest reading of each series that has a device.</summary>
    public static string Newest(string bucket, ReadingQuery query) => string.Create(CultureInfo.InvariantCulture, $"""
        from(bucket: {Text(bucket)})
          |> range(start: time(v: {query.FromNs}), stop: time(v: {query.ToNs}))
          |> filter(fn: (r) => exists r.device{Among("_measurement", query.Measurement)}{Among("_field", query.Field)}{Series(query)})
          |> last()
          |> drop(columns: ["_start", "_stop"])

        """);

    /// <summary>Windows are aligned to 1970, but the first one's start is where the range begins; ours is where it would begin by itself.</summary>
    private static string Buckets(string source, long width, Aggregate aggregate) => string.Create(CultureInfo.InvariantCulture, $"""
        {source}
          |> aggregateWindow(every: {width}ns, fn: {Function(aggregate)}, createEmpty: false, timeSrc: "_start")
          |> map(fn: (r) => ({"{"}r with _time: time(v: int(v: r._time) / {width} * {width}){"}"}))
          |> sort(columns: ["_time"])
        """);

    /// <summary>Selectors keep the time of what they select. One row when the lowest and the highest are the same reading.</summary>
    private static string Extremes(string source, long width, string name) => string.Create(CultureInfo.InvariantCulture, $"""
        windows{name} = {source}
          |> window(every: {width}ns)
        union(tables: [windows{name} |> min(), windows{name} |> max()])
          {BySeries}
          |> sort(columns: ["_time"])
          |> unique(column: "_time")
        """);

    private static string Source(string bucket, string measurement, string field, ReadingQuery query) => string.Create(CultureInfo.InvariantCulture, $"""
        from(bucket: {Text(bucket)})
          |> range(start: time(v: {query.FromNs}), stop: time(v: {query.ToNs}))
          |> filter(fn: (r) => r._measurement == {Text(measurement)} and r._field == {Text(field)}{Series(query)})
        """);

    /// <summary>Tags are named as far as a filter can: a series with others besides matches, too, and is left out by whoever reads the answer.</summary>
    private static string Series(ReadingQuery query) =>
        $"{Among("device", query.Device)}{(query.Tags?.Contains("") == true ? "" : Either(query.Tags?.Names.Select(Tags)))}";

    /// <summary>No series of ours is without a device: text that is no tags matches none.</summary>
    private static string Tags(string text) =>
        string.Join(" and ", InfluxTags.Parse(text).Select(tag => $"r[{Text(tag.Key)}] == {Text(tag.Value)}").DefaultIfEmpty("r.device == \"\""));

    private static string Among(string column, AnyOf? names) => Either(names?.Names.Select(name => $"r.{column} == {Text(name)}"));

    private static string Either(IEnumerable<string>? conditions) => conditions is null ? "" : $" and ({string.Join(" or ", conditions)})";

    private static string Function(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Mean => "mean",
        Aggregate.Min => "min",
        Aggregate.Max => "max",
        Aggregate.Last => "last",
        _ => "count",
    };
}
