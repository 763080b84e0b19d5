using System.Text;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>A series that the store knows, or is about to know.</summary>
/// <remarks>The delivery loop fills a write while the one before is sent, so the two sides share one immutable <see cref="Row"/>.</remarks>
internal sealed class Series(byte[] key, long lastNs)
{
    private volatile SeriesRow? _row;

    /// <summary>As <see cref="SeriesKey"/> writes it.</summary>
    public byte[] Key { get; } = key;

    /// <summary>No reading of it is newer; one that is not newer than this may replace another. The delivery loop's.</summary>
    public long LastNs { get; set; } = lastNs;

    /// <summary>Its committed row; null while there is none.</summary>
    public SeriesRow? Row
    {
        get => _row;
        set => _row = value;
    }

    /// <summary>Whether its committed row already says this of its newest reading.</summary>
    public bool Describes(ReadingKind kind, ReadOnlySpan<byte> unit) =>
        _row is { } row && row.Kind == kind && unit.SequenceEqual(row.UnitUtf8);
}

/// <summary>The row of a series: its id, and kind and unit of its newest reading.</summary>
internal sealed record SeriesRow(int Id, ReadingKind Kind, string? Unit)
{
    public byte[] UnitUtf8 { get; } = Unit is null ? [] : Encoding.UTF8.GetBytes(Unit);
}
