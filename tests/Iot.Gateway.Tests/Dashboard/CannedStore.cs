using System.Runtime.CompilerServices;
using Iot.Gateway.Delivery;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>A store that holds what a test put in it, and knows what it was asked.</summary>
internal sealed class CannedStore : IReadingQueries
{
    public bool CanGoOn { get; set; }

    public List<StoredSeries> Series { get; } = [];

    public List<StoredReading> Readings { get; } = [];

    public List<ReadingQuery> Asked { get; } = [];

    /// <summary>Thrown instead of the row of this index.</summary>
    public (int Index, Exception Failure)? FailsAt { get; set; }

    /// <summary>Comes before the first row of every query; hears when it is ended.</summary>
    public Func<CancellationToken, Task> Holding { get; set; } = _ => Task.CompletedTask;

    public Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation) =>
        FailsAt is { Index: 0 } failing ? throw failing.Failure : Task.FromResult<IReadOnlyList<StoredSeries>>(Series);

    public async IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        lock (Asked) Asked.Add(query);
        await Holding(cancellation);
        var rows = query.Every is { } every ? Bucketed(query, every) : query.Points is { } points ? Extremes(query, points) : Matching(query);
        var index = 0;
        foreach (var row in rows.Take(query.Limit))
        {
            cancellation.ThrowIfCancellationRequested();
            if (FailsAt is { } failing && failing.Index == index++) throw failing.Failure;
            yield return row;
        }
    }

    private IEnumerable<StoredReading> Matching(ReadingQuery query) => Readings.Where(row =>
        query.Device?.Contains(row.Device.Value) != false && query.Measurement?.Contains(row.Measurement) != false
        && query.Field?.Contains(row.Field) != false && query.Tags?.Contains(row.Tags) != false
        && row.TimeNs >= query.FromNs && row.TimeNs < query.ToNs);

    private IEnumerable<StoredReading> Bucketed(ReadingQuery query, TimeSpan every)
    {
        var width = (long)every.TotalNanoseconds;
        return Matching(query)
            .GroupBy(row => (row.Device, row.Measurement, row.Field, row.Tags, Bucket: row.TimeNs / width * width))
            .OrderBy(bucket => bucket.Key.Device).ThenBy(bucket => bucket.Key.Field).ThenBy(bucket => bucket.Key.Bucket)
            .Select(bucket => new StoredReading(
                bucket.Key.Bucket, bucket.Key.Device, bucket.Key.Measurement, bucket.Key.Field, bucket.Key.Tags, Value(bucket, query.Aggregate)));
    }

    /// <summary>As the real ones: lowest and highest of each stretch, or all where those are no more.</summary>
    private IEnumerable<StoredReading> Extremes(ReadingQuery query, int points)
    {
        var width = ChartBuckets.Width(query.FromNs, query.ToNs, points, whole: false);
        return Matching(query).GroupBy(row => (row.Device, row.Measurement, row.Field, row.Tags)).SelectMany(series => series.Count() <= points
            ? series
            : series.GroupBy(row => row.TimeNs / width).SelectMany(bucket => new[] { bucket.MinBy(row => (double)row.Value), bucket.MaxBy(row => (double)row.Value) }.Distinct().OrderBy(row => row.TimeNs)));
    }

    private static object Value(IEnumerable<StoredReading> bucket, Aggregate aggregate) => aggregate switch
    {
        Aggregate.Count => bucket.LongCount(),
        Aggregate.Last => bucket.Last().Value,
        Aggregate.Min => bucket.Min(row => (double)row.Value),
        Aggregate.Max => bucket.Max(row => (double)row.Value),
        _ => bucket.Average(row => (double)row.Value),
    };
}
