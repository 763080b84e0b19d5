using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Delivery;

/// <summary>A sink that can be asked for what it holds: the embedded store, or InfluxDB by InfluxQL. The first one configured answers.</summary>
internal interface IReadingQueries
{
    /// <summary>It can go on behind a row: <see cref="ReadingQuery.After"/>.</summary>
    bool CanGoOn => false;

    /// <summary>Every series stored, ordered by device, measurement, field.</summary>
    Task<IReadOnlyList<StoredSeries>> SeriesAsync(CancellationToken cancellation);

    /// <summary>Streams what matches, ordered by series and time; at most <see cref="ReadingQuery.Limit"/> rows.</summary>
    /// <exception cref="IOException">The store cannot be reached; the message says why.</exception>
    /// <exception cref="NotSupportedException">This store cannot answer such a query; the message says what it can.</exception>
    /// <exception cref="TimeoutException">It took longer than allowed and was ended.</exception>
    IAsyncEnumerable<StoredReading> ReadingsAsync(ReadingQuery query, CancellationToken cancellation);

    /// <summary>The same as a whole Parquet file, which is gone when it is closed; null when more than <see cref="ReadingQuery.Limit"/> rows match.</summary>
    /// <inheritdoc cref="ReadingsAsync" path="/exception"/>
    Task<Stream?> ParquetAsync(ReadingQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException("Parquet is written by the embedded store only: ask with format=csv, or add Embedded before Influx to Sinks.");
}

/// <summary>What one series is: a field of a measurement of a device.</summary>
/// <param name="Tags">Further tags, <c>key=value,key=value</c>; empty for none.</param>
/// <param name="LastNs">Time of its newest reading, nanoseconds since 1970.</param>
internal sealed record StoredSeries(DeviceId Device, string Measurement, string Field, string Tags, ReadingKind Kind, string? Unit, long LastNs);

internal enum Aggregate
{
    Mean,
    Min,
    Max,
    Last,
    Count,
}

/// <summary>What is asked for. Null means any.</summary>
/// <param name="FromNs">First nanosecond that counts.</param>
/// <param name="ToNs">First nanosecond that does not count any more.</param>
/// <param name="Every">Width of a bucket, aligned to 1970; null gives the readings as they are.</param>
/// <param name="Limit">Most rows; at least 1.</param>
internal sealed record ReadingQuery(
    AnyOf? Device, AnyOf? Measurement, AnyOf? Field, long FromNs, long ToNs, TimeSpan? Every, Aggregate Aggregate, int Limit)
{
    /// <summary>All further tags of a series as <see cref="StoredSeries.Tags"/> spells them; an empty one means none.</summary>
    public AnyOf? Tags { get; init; }

    /// <summary>For a chart: at most so many readings of each series, the lowest and the highest of each stretch of time; null gives all.</summary>
    public int? Points { get; init; }

    /// <summary>The last row of the answer before, when this one goes on behind it.</summary>
    public ReadingPlace? After { get; init; }
}

/// <summary>Where a row stands in an answer: its series and its time.</summary>
internal sealed record ReadingPlace(DeviceId Device, string Measurement, string Field, string Tags, long TimeNs);

/// <summary>One row of an answer. <paramref name="Value"/> is a double, a long (counts), a bool or a string.</summary>
/// <param name="Unit">Null when none is known; a count has none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredReading(long TimeNs, DeviceId Device, string Measurement, string Field, string Tags, object Value, string? Unit = null);
