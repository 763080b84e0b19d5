using System.Runtime.CompilerServices;
using System.Text;
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
                if (!TryReadTags(series, out var device, out var tags)) continue;

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
        foreach (var field in await FieldsAsync(query.Measurement, cancellation))
        {
            if (left == 0) yield break;
            if (!(query.Field ?? field.Name).Equals(field.Name, StringComparison.Ordinal)) continue;
            if (!CanAggregate(query, field.Kind)) continue;

            var asked = query.Points is { } points ? await ForChartAsync(query, points, field, cancellation) : query;
            await foreach (var series in influx.AskAsync(InfluxQl.Readings(field.Measurement, field.Name, asked, left), cancellation))
            {
                if (!TryReadTags(series, out var device, out var tags)) continue;

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

    /// <summary>Few readings are asked for as they are; of many the lowest and the highest of each bucket, of text and booleans the last.</summary>
    private async Task<ReadingQuery> ForChartAsync(ReadingQuery query, int points, FieldKey field, CancellationToken cancellation)
    {
        var most = 0L;
        await foreach (var series in influx.AskAsync(InfluxQl.Count(field.Measurement, field.Name, query), cancellation))
            most = Math.Max(most, series.Rows[0][1].GetInt64());
        if (most <= points) return query with { Points = null };

        var every = TimeSpan.FromTicks(ChartBuckets.Width(query.FromNs, query.ToNs, points, whole: false) / TimeSpan.NanosecondsPerTick);
        return field.Kind == ReadingKind.Float
            ? query with { Every = every }
            : query with { Every = every, Aggregate = Aggregate.Last, Points = null };
    }

    /// <summary>InfluxQL gives the extremes of a bucket without their times: the lowest stands at its start, the highest half-way.</summary>
    private static IEnumerable<(long TimeNs, object Value)> Values(JsonElement row, ReadingQuery query)
    {
        var time = row[0].GetInt64();
        if (query is not { Points: not null, Every: { } every })
        {
            yield return (time, Value(row[1], query));
            yield break;
        }

        yield return (Math.Max(time, query.FromNs), Value(row[1], query));
        if (row[2].GetDouble() is var highest && !highest.Equals(row[1].GetDouble())) yield return (time + (every.Ticks * TimeSpan.NanosecondsPerTick / 2), highest);
    }

    private async Task<List<FieldKey>> FieldsAsync(string? measurement, CancellationToken cancellation)
    {
        var fields = new List<FieldKey>();
        await foreach (var series in influx.AskAsync(InfluxQl.Fields(measurement), cancellation))
            fields.AddRange(series.Rows.EnumerateArray().Select(row => new FieldKey(series.Name, row[0].GetString()!, Kind(row[1].GetString()))));

        return fields;
    }

    /// <summary>Text and booleans have no mean, minimum or maximum.</summary>
    private static bool CanAggregate(ReadingQuery query, ReadingKind kind) =>
        query.Every is null || kind == ReadingKind.Float || query.Aggregate is Aggregate.Last or Aggregate.Count;

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

    private static bool TryReadTags(QlSeries series, out DeviceId device, out string tags)
    {
        device = default;
        var text = new StringBuilder();
        foreach (var (key, value) in series.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            var isDevice = key.Equals("device", StringComparison.Ordinal);
            if (isDevice && !DeviceId.TryParse(value, out device)) break;
            if (isDevice || value.Length == 0) continue; // grouped by all tags, those that a series lacks are empty

            text.Append(text.Length == 0 ? "" : ",").Append(Escaped(key)).Append('=').Append(Escaped(value));
        }

        tags = text.ToString();
        return device != default;
    }

    private static string Escaped(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var to = new byte[utf8.Length * LineEscaping.Growth];
        return Encoding.UTF8.GetString(to, 0, LineEscaping.Key(utf8, to));
    }

    private sealed record FieldKey(string Measurement, string Name, ReadingKind Kind);
}
