using System.Runtime.CompilerServices;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>What InfluxDB holds, by Flux. Only series with a <c>device</c> tag are ours; others are left out. Thread-safe.</summary>
internal sealed class FluxQueries(FluxClient influx, InfluxOptions options) : IReadingQueries
{
    private readonly string _bucket = Flux.Bucket(options);

    public async Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation)
    {
        var everything = new ReadingQuery(null, null, null, 0, long.MaxValue, null, Aggregate.Last, int.MaxValue);
        return [.. (await SeriesAsync(everything, cancellation))
            .OrderBy(one => one.Device).ThenBy(one => one.Measurement, StringComparer.Ordinal)
            .ThenBy(one => one.Field, StringComparer.Ordinal).ThenBy(one => one.Tags, StringComparer.Ordinal)];
    }

    public async IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (query.After is not null)
            throw new NotSupportedException("InfluxDB keeps no order of series to go on in: leave out after, and ask for one series or a shorter time at once.");

        var left = query.Limit;
        var fields = (await SeriesAsync(query, cancellation)).GroupBy(series => (series.Measurement, series.Field, series.Kind))
            .OrderBy(field => field.Key.Measurement, StringComparer.Ordinal).ThenBy(field => field.Key.Field, StringComparer.Ordinal);
        foreach (var (measurement, name, kind) in fields.Select(field => field.Key))
        {
            if (!InfluxQuestion.CanAggregate(query, kind)) continue;

            var asked = query.Points is { } points
                ? InfluxQuestion.ForChart(query, points, kind, await MostAsync(query, measurement, name, cancellation))
                : query;
            await foreach (var reading in AskAsync(Flux.Readings(_bucket, measurement, name, asked, left, "field1"), measurement, name, asked, cancellation))
            {
                if (left-- == 0) yield break;

                yield return reading;
            }

            if (left <= 0) yield break;
        }
    }

    private async IAsyncEnumerable<StoredReading> AskAsync(
        string flux, string measurement, string field, ReadingQuery asked, [EnumeratorCancellation] CancellationToken cancellation)
    {
        FluxRow? last = null;
        var (isOurs, device, tags) = (false, default(DeviceId), "");
        await foreach (var row in influx.AskAsync(flux, cancellation))
        {
            if (!row.IsOfTableOf(last)) isOurs = InfluxTags.TryRead(row.Table.Tags(row.Cells), out device, out tags) && asked.Tags?.Contains(tags) != false;
            last = row;
            if (!isOurs || row.Table.Value(row.Cells) is not { } value) continue;

            var isCount = asked is { Every: not null, Aggregate: Aggregate.Count, Points: null };
            yield return new(row.Table.Time(row.Cells, "_time"), device, measurement, field, tags, value is long whole && !isCount ? (double)whole : value);
        }
    }

    private async Task<long> MostAsync(ReadingQuery query, string measurement, string field, CancellationToken cancellation)
    {
        var most = 0L;
        await foreach (var row in influx.AskAsync(Flux.Count(_bucket, measurement, field, query), cancellation))
            most = Math.Max(most, row.Table.Value(row.Cells) is long count ? count : 0);
        return most;
    }

    /// <summary>Those that have readings in the query's time.</summary>
    private async Task<List<StoredSeries>> SeriesAsync(ReadingQuery query, CancellationToken cancellation)
    {
        var found = new List<StoredSeries>();
        await foreach (var row in influx.AskAsync(Flux.Newest(_bucket, query), cancellation))
        {
            if (!InfluxTags.TryRead(row.Table.Tags(row.Cells), out var device, out var tags) || query.Tags?.Contains(tags) == false) continue;

            found.Add(new(device, row["_measurement"] ?? "", row["_field"] ?? "", tags, row.Table.Kind, Unit: null, row.Table.Time(row.Cells, "_time")));
        }

        return found;
    }
}
