namespace Iot.Gateway.Dashboard.Live;

/// <summary>What a subscriber does not know yet of the rows it looks at.</summary>
/// <param name="Total">Devices there are.</param>
/// <param name="Matching">Devices that the filter lets through.</param>
/// <param name="Whole">The rows are all that match, at most <see cref="FleetView.MaxRows"/>; else only those that changed.</param>
internal sealed record FleetFrame(int Total, int Matching, bool Whole, IReadOnlyList<FleetRow> Rows);

/// <summary>One subscriber's view of the fleet: which rows, and what it was told of them.</summary>
internal sealed class FleetView(string filter)
{
    /// <summary>Most rows on one page; the filter finds the others.</summary>
    public const int MaxRows = 200;

    private List<FleetRow> _told = [];
    private FleetSnapshot? _last;

    /// <summary>Null when nothing changed.</summary>
    public FleetFrame? Next(FleetSnapshot fleet)
    {
        if (ReferenceEquals(fleet, _last)) return null;

        var matching = filter.Length == 0 ? fleet.Rows
            : [.. fleet.Rows.Where(row => row.Device.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        var rows = matching.Take(MaxRows).ToList();
        var whole = _last is null || !rows.Select(row => row.Device).SequenceEqual(_told.Select(row => row.Device), StringComparer.Ordinal);
        var news = whole ? rows : rows.Where((row, i) => row != _told[i]).ToList();
        _told = rows;
        _last = fleet;
        return whole || news.Count > 0 ? new(fleet.Rows.Count, matching.Count, whole, news) : null;
    }
}
