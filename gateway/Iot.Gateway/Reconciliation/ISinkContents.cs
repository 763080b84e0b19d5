using System.Runtime.InteropServices;

namespace Iot.Gateway.Reconciliation;

/// <summary>A sink that can be counted by its own query language: the embedded store, or InfluxDB.</summary>
internal interface ISinkContents
{
    /// <summary>As in the key <c>Sinks</c>.</summary>
    string Sink { get; }

    /// <summary>It notes the journal offset beside each reading, so that it can be counted as of one offset while it is written to.</summary>
    bool NotesOffsets { get; }

    /// <summary>How far it was filled, asked before it is counted: one past the last journal offset that it must hold.</summary>
    /// <exception cref="IOException">It cannot be asked; the message says why.</exception>
    Task<ulong> DeliveredToAsync(CancellationToken cancellation);

    /// <summary>Readings older than this may have been deleted by retention; <see cref="ReconcileQuestion.EarliestNs"/> when none are.</summary>
    /// <inheritdoc cref="DeliveredToAsync" path="/exception"/>
    Task<long> KeptFromAsync(CancellationToken cancellation);

    /// <summary>The name under which it stores a series of ours.</summary>
    SeriesName Spell(SeriesName series);

    /// <summary>How many readings of each series it holds in each bucket of time; rows of a series come one after another.</summary>
    /// <param name="widthNs">Of a bucket; buckets are aligned to 1970.</param>
    /// <inheritdoc cref="DeliveredToAsync" path="/exception"/>
    IAsyncEnumerable<FoundCount> CountAsync(FoundRange range, long widthNs, CancellationToken cancellation);

    /// <summary>The time of each reading of one field.</summary>
    /// <inheritdoc cref="DeliveredToAsync" path="/exception"/>
    IAsyncEnumerable<FoundReading> ReadingsAsync(FoundRange range, string measurement, string field, CancellationToken cancellation);
}

/// <summary>Which readings to look at.</summary>
/// <param name="Devices">Only these; null for all.</param>
/// <param name="First">Only readings noted with this journal offset or a later one, where offsets are noted.</param>
/// <param name="UpTo">One past the last such offset.</param>
internal sealed record FoundRange(long FromNs, long ToNs, IReadOnlyList<string>? Devices, ulong First, ulong UpTo);

/// <param name="Series">The same object for rows of the same series.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FoundCount(SeriesName Series, long BucketNs, long Readings);

/// <inheritdoc cref="FoundCount"/>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FoundReading(SeriesName Series, long TimeNs, ulong? Offset);
