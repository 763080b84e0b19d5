using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Iot.Gateway.Influx;
using Iot.Journal;

namespace Iot.Gateway.Reconciliation;

/// <summary>Counts InfluxDB by InfluxQL. It notes no offsets: what is delivered meanwhile is told apart by the journal.</summary>
internal sealed class InfluxContents(InfluxQlClient influx, InfluxOptions options, SegmentedJournal journal, TimeProvider clock) : ISinkContents
{
    private const string Name = "Influx";

    /// <summary>Until an answer begins: the server counts a field of all devices before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Sink => Name;

    public bool NotesOffsets => false;

    public Task<ulong> DeliveredToAsync(CancellationToken cancellation) => Task.FromResult(journal.OpenCursor(Name).Offset);

    public async Task<long> KeptFromAsync(CancellationToken cancellation)
    {
        var kept = TimeSpan.Zero;
        await foreach (var policies in AskAsync($"SHOW RETENTION POLICIES ON {InfluxQl.Name(options.QueryDatabase)}", cancellation))
        {
            foreach (var policy in policies.Rows.EnumerateArray())
                if (IsOurs(policy)) kept = InfluxDuration.Parse(policy[1].GetString() ?? "");
        }

        return kept <= TimeSpan.Zero
            ? ReconcileQuestion.EarliestNs
            : (clock.GetUtcNow() - kept - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    public SeriesName Spell(SeriesName series) => InfluxSpelling.Of(series);

    public async IAsyncEnumerable<FoundCount> CountAsync(FoundRange range, long widthNs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var field in await FieldsAsync(measurement: null, cancellation))
        {
            var groups = string.Create(CultureInfo.InvariantCulture, $"time({widthNs}ns), * fill(none)");
            await foreach (var piece in AskAsync($"SELECT count({field.Selected}) {From(range, field.Measurement)} GROUP BY {groups}", cancellation))
            {
                if (InfluxSpelling.Read(piece, field.Name) is not { } series) continue;

                foreach (var row in piece.Rows.EnumerateArray())
                    if (row[1].ValueKind == JsonValueKind.Number) yield return new(series, row[0].GetInt64(), row[1].GetInt64());
            }
        }
    }

    public async IAsyncEnumerable<FoundReading> ReadingsAsync(
        FoundRange range, string measurement, string field, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var key in (await FieldsAsync(measurement, cancellation)).Where(key => key.Name.Equals(field, StringComparison.Ordinal)))
        {
            await foreach (var piece in AskAsync($"SELECT {key.Selected} {From(range, measurement)} GROUP BY *", cancellation))
            {
                if (InfluxSpelling.Read(piece, field) is not { } series) continue;

                foreach (var row in piece.Rows.EnumerateArray())
                    if (row[1].ValueKind != JsonValueKind.Null) yield return new(series, row[0].GetInt64(), null);
            }
        }
    }

    private IAsyncEnumerable<QlSeries> AskAsync(string influxQl, CancellationToken cancellation) => influx.AskAsync(influxQl, Patience, cancellation);

    private static string From(FoundRange range, string measurement)
    {
        var devices = range.Devices is { } names ? $" AND ({string.Join(" OR ", names.Select(name => $"\"device\" = {InfluxQl.Text(name)}"))})" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"FROM {InfluxQl.Name(measurement)} WHERE time >= {range.FromNs} AND time < {range.ToNs}{devices}");
    }

    /// <summary>A field may have another type in each shard; asked for without one, only the points of one type are given.</summary>
    private async Task<IReadOnlyList<FieldKey>> FieldsAsync(string? measurement, CancellationToken cancellation)
    {
        var found = new List<(string Measurement, string Name, string Type)>();
        await foreach (var series in AskAsync(InfluxQl.Fields(measurement), cancellation))
        {
            foreach (var row in series.Rows.EnumerateArray())
            {
                if (row.GetArrayLength() < 2) throw new IOException("The server takes InfluxDB's writes but does not speak InfluxQL (VictoriaMetrics does not), so what it holds cannot be counted.");

                found.Add((series.Name, row[0].GetString()!, row[1].GetString()!));
            }
        }

        return [.. found.GroupBy(key => (key.Measurement, key.Name)).SelectMany(field => Select(field.Key.Measurement, field.Key.Name, [.. field.Select(key => key.Type)]))];
    }

    private static IEnumerable<FieldKey> Select(string measurement, string name, string[] types)
    {
        if (types.Length == 1) return [new(measurement, name, InfluxQl.Name(name))];

        // Whole numbers, never written by us, are read as floats, too.
        return types.Where(type => type is "float" or "string" or "boolean" || !types.Contains("float", StringComparer.Ordinal))
            .Select(type => new FieldKey(measurement, name, $"{InfluxQl.Name(name)}::{type}"));
    }

    /// <summary>Columns: name, duration, shard duration, replicas, whether it is the default.</summary>
    private bool IsOurs(JsonElement policy) => policy.GetArrayLength() >= 5 && (options.RetentionPolicy.Length == 0
        ? policy[4].ValueKind == JsonValueKind.True
        : string.Equals(policy[0].GetString(), options.RetentionPolicy, StringComparison.Ordinal));

    /// <param name="Selected">As a query names it, with its type where there are several.</param>
    private sealed record FieldKey(string Measurement, string Name, string Selected);
}
