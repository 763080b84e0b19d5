using System.Runtime.CompilerServices;
using System.Text.Json;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.Influx;

/// <summary>What InfluxDB holds, by InfluxQL. Only series with a <c>device</c> tag are ours; others are left out. Thread-safe.</summary>
internal sealed class InfluxQueries(InfluxQlClient influx) : IReadingQueries
{
    /// <summary>Statements sent in one request.</summary>
    private const int StatementsAtOnce = 50;

    public async Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation)
    {
        var found = new List<StoredSeries>();
        foreach (var fields in (await FieldsAsync(measurement: null, cancellation)).Chunk(StatementsAtOnce))
        {
            var statements = string.Join(';', fields.Select(field => InfluxQl.Newest(field.Measurement, field.Name)));
            await foreach (var series in influx.AskAsync(statements, cancellation))
            {
                var field = fields[series.Statement];
                if (!InfluxTags.TryRead(series.Tags, out var device, out var tags)) continue;

                found.Add(new(device, series.Name, field.Name, tags, field.Kind, Unit: null, series.Rows[0][0].GetInt64()));
            }
        }

        return [.. found.OrderBy(one => one.Device).ThenBy(one => one.Measurement, StringComparer.Ordinal).ThenBy(one => one.Field, StringComparer.Ordinal)];
    }

    public async IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (query.After is not null)
            throw new NotSupportedException("InfluxDB keeps no order of series to go on in: leave out after, and ask for one series or a shorter time at once.");

        var left = query.Limit;
        foreach (var field in await FieldsAsync(query.Measurement is { Names: [var only] } ? only : null, cancellation))
        {
            if (left == 0) yield break;
            if (query.Measurement?.Contains(field.Measurement) == false || query.Field?.Contains(field.Name) == false) continue;
            if (!InfluxQuestion.CanAggregate(query, field.Kind)) continue;

            var asked = query.Points is { } points ? await ForChartAsync(query, points, field, cancellation) : query;
            await foreach (var series in influx.AskAsync(InfluxQl.Readings(field.Measurement, field.Name, asked, left), cancellation))
            {
                if (!InfluxTags.TryRead(series.Tags, out var device, out var tags) || query.Tags?.Contains(tags) == false) continue;

                foreach (var row in series.Rows.EnumerateArray())
                {
                    foreach (var (time, value) in Values(row, asked))
                    {
                        if (left-- == 0) yield break;

                        yield return new(time, device, series.Name, field.Name, tags, value);
                    }
                }
            }
        }
    }

    private async Task<ReadingQuery> ForChartAsync(ReadingQuery query, int points, FieldKey field, CancellationToken cancellation)
    {
        var most = 0L;
        await foreach (var series in influx.AskAsync(InfluxQl.Count(field.Measurement, field.Name, query), cancellation))
            most = Math.Max(most, series.Rows[0][1].GetInt64());
        return InfluxQuestion.ForChart(query, points, field.Kind, most);
    }

    /// <summary>InfluxQL gives the extremes of a bucket without their times: the lowest stands at its start, the highest half-way; of a bucket that the range cuts, within the range.</summary>
    private static IEnumerable<(long TimeNs, object Value)> Values(JsonElement row, ReadingQuery query)
    {
        var time = row[0].GetInt64();
        if (query is not { Points: not null, Every: { } every })
        {
            yield return (time, Value(row[1], query));
            yield break;
        }

        var from = Math.Max(time, query.FromNs);
        var to = Math.Min(time + (every.Ticks * TimeSpan.NanosecondsPerTick), query.ToNs);
        yield return (from, Value(row[1], query));
        if (row[2].GetDouble() is var highest && !highest.Equals(row[1].GetDouble())) yield return (from + ((to - from) / 2), highest);
    }

    private async Task<List<FieldKey>> FieldsAsync(string? measurement, CancellationToken cancellation)
    {
        var fields = new List<FieldKey>();
        await foreach (var series in influx.AskAsync(InfluxQl.Fields(measurement), cancellation))
            fields.AddRange(series.Rows.EnumerateArray().Select(row => new FieldKey(series.Name, row[0].GetString()!, Kind(row[1].GetString()))));

        return fields;
    }

    private static ReadingKind Kind(string? fieldType) => fieldType switch
    {
        "boolean" => ReadingKind.Boolean,
        "string" => ReadingKind.String,
        _ => ReadingKind.Float,
    };

    private static object Value(JsonElement cell, ReadingQuery query) => cell.ValueKind switch
    {
        JsonValueKind.Number when query is { Every: not null, Aggregate: Aggregate.Count } => cell.GetInt64(),
        JsonValueKind.Number => cell.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => cell.GetString() ?? "",
    };

    private sealed record FieldKey(string Measurement, string Name, ReadingKind Kind);
}
