using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>What of a query is asked of one field: InfluxDB answers each field by a statement of its own.</summary>
internal static class InfluxQuestion
{
    /// <summary>Text and booleans have no mean, minimum or maximum.</summary>
    public static bool CanAggregate(ReadingQuery query, ReadingKind kind) =>
        query.Every is null || kind == ReadingKind.Float || query.Aggregate is Aggregate.Last or Aggregate.Count;

    /// <summary>Few readings are asked for as they are; of many the lowest and the highest of each bucket, of text and booleans the last.</summary>
    /// <param name="most">Readings of the series that has most of them.</param>
    /// <returns>With <see cref="ReadingQuery.Every"/> and, for the extremes alone, <see cref="ReadingQuery.Points"/>.</returns>
    public static ReadingQuery ForChart(ReadingQuery query, int points, ReadingKind kind, long most)
    {
        if (most <= points) return query with { Points = null };

        var every = TimeSpan.FromTicks(ChartBuckets.Width(query.FromNs, query.ToNs, points, whole: false) / TimeSpan.NanosecondsPerTick);
        return kind == ReadingKind.Float
            ? query with { Every = every }
            : query with { Every = every, Aggregate = Aggregate.Last, Points = null };
    }
}
