using DuckDB.NET.Data;

namespace Iot.Gateway.Reconciliation;

/// <summary>Writes down what a sink says it holds.</summary>
internal sealed class FoundTables(ScratchDatabase scratch, Func<string, bool> isOurs)
{
    private int _id;
    private SeriesName? _series;
    private bool _ours;

    /// <summary>Readings counted.</summary>
    public long Counted { get; private set; }

    /// <summary>Readings counted of devices that are not ours.</summary>
    public long Strangers { get; private set; }

    /// <summary>Readings looked at one by one.</summary>
    public long Rows { get; private set; }

    public async Task TakeAsync(IAsyncEnumerable<FoundCount> counts, CancellationToken cancellation)
    {
        using var names = scratch.Appender("found_series");
        using var rows = scratch.Appender("found_counts");
        await foreach (var count in counts.WithCancellation(cancellation))
        {
            if (!Meet(count.Series, names))
            {
                Strangers += count.Readings;
                continue;
            }

            rows.CreateRow().AppendValue(_id).AppendValue(count.BucketNs).AppendValue(count.Readings).EndRow();
            Counted += count.Readings;
        }

        names.Close();
        rows.Close();
    }

    public async Task TakeAsync(IAsyncEnumerable<FoundReading> readings, CancellationToken cancellation)
    {
        using var names = scratch.Appender("found_series");
        using var rows = scratch.Appender("found_readings");
        await foreach (var reading in readings.WithCancellation(cancellation))
        {
            if (!Meet(reading.Series, names)) continue;

            rows.CreateRow().AppendValue(_id).AppendValue(reading.TimeNs).AppendValue(reading.Offset).EndRow();
            if (++Rows % 1_000_000 == 0) scratch.EnsureRoom();
        }

        names.Close();
        rows.Close();
    }

    /// <summary>Numbers a series when its first row comes; met again later it gets another number, which is the same name still.</summary>
    private bool Meet(SeriesName series, DuckDBAppender names)
    {
        if (ReferenceEquals(series, _series)) return _ours;

        _series = series;
        _ours = isOurs(series.Device);
        if (!_ours) return false;

        names.CreateRow().AppendValue(++_id).AppendValue(series.Device).AppendValue(series.Measurement).AppendValue(series.Field).AppendValue(series.Tags).EndRow();
        return true;
    }
}
