using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Influx;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>A query in the languages of other tools, by what the gateway itself asks with where it asks in that language.</summary>
internal static class QueryText
{
    /// <summary>Statements in one text.</summary>
    public const int MaxFields = 100;

    /// <summary>Where no InfluxDB is configured: somebody who has one knows its name.</summary>
    public const string AnyBucket = "bucket";

    /// <summary>A few rows a series, to be added up.</summary>
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    public static async Task<string> SqlAsync(IReadingQueries store, ReadingQuery query, bool rollUps, CancellationToken cancellation)
    {
        if (query.Points is not { } points) return ViewSql.Of(query);

        var most = (await CountAsync(store, query, cancellation)).Values.DefaultIfEmpty(0).Max();
        return ViewSql.Of(query, most <= points ? null : ChartBuckets.Width(query.FromNs, query.ToNs, points, rollUps));
    }

    /// <summary>The fields that match, each with the kind of its series and how many readings the largest one has: the last for charts only.</summary>
    public static async Task<IReadOnlyList<AskedField>> FieldsAsync(IReadingQueries store, ReadingQuery query, CancellationToken cancellation)
    {
        var counts = query.Points is null ? [] : await CountAsync(store, query, cancellation);
        return [.. (await store.SeriesAsync(cancellation))
            .Where(series => Matches(query, series))
            .GroupBy(series => (series.Measurement, series.Field))
            .Select(field => new AskedField(
                field.Key.Measurement, field.Key.Field, field.Min(series => series.Kind),
                counts.Where(count => count.Key.Measurement.Equals(field.Key.Measurement, StringComparison.Ordinal) && count.Key.Field.Equals(field.Key.Field, StringComparison.Ordinal))
                    .Select(count => count.Value).DefaultIfEmpty(0).Max()))
            .Where(field => InfluxQuestion.CanAggregate(query, field.Kind))];
    }

    public static string OfInfluxQl(IReadOnlyList<AskedField> fields, ReadingQuery query) => string.Concat(fields.Select(field =>
        $"{InfluxQl.Readings(field.Measurement, field.Name, Asked(field, query), query.Limit)};\n"));

    public static string OfFlux(IReadOnlyList<AskedField> fields, ReadingQuery query, string bucket) => string.Join('\n', fields.Select((field, i) =>
        Flux.Readings(bucket, field.Measurement, field.Name, Asked(field, query), query.Limit, FormattableString.Invariant($"field{i + 1}"))));

    private static ReadingQuery Asked(AskedField field, ReadingQuery query) =>
        query.Points is { } points ? InfluxQuestion.ForChart(query, points, field.Kind, field.Most) : query;

    private static bool Matches(ReadingQuery query, StoredSeries series) =>
        query.Device?.Contains(series.Device.Value) != false && query.Measurement?.Contains(series.Measurement) != false
        && query.Field?.Contains(series.Field) != false && query.Tags?.Contains(series.Tags) != false;

    /// <summary>How many readings each series has.</summary>
    private static async Task<Dictionary<ReadingPlace, long>> CountAsync(IReadingQueries store, ReadingQuery query, CancellationToken cancellation)
    {
        var counts = new Dictionary<ReadingPlace, long>();
        var counting = query with { Points = null, Every = Year, Aggregate = Aggregate.Count, Limit = ReadingsParameters.MaxLimit };
        await foreach (var row in store.ReadingsAsync(counting, cancellation))
        {
            var series = new ReadingPlace(row.Device, row.Measurement, row.Field, row.Tags, 0);
            counts[series] = counts.GetValueOrDefault(series) + (long)row.Value;
        }

        return counts;
    }
}

/// <summary>A field that is asked for by a statement of its own.</summary>
/// <param name="Most">Readings of the series that has most of them.</param>
internal sealed record AskedField(string Measurement, string Name, ReadingKind Kind, long Most);
