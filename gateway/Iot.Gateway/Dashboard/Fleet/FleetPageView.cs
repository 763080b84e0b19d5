namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>What a subscriber does not know yet of the page of devices it looks at.</summary>
/// <param name="Choices">Absent when they are as before.</param>
/// <param name="Whole">The rows are the whole page, in order; else only those that changed.</param>
internal sealed record FleetPageFrame(int Total, int Matching, int Page, int PageSize, IReadOnlyList<StateCount> States, FleetChoices? Choices, bool Whole, IReadOnlyList<ListedDevice> Devices);

/// <summary>One subscriber's page of the list of devices, and what it was told of it.</summary>
internal sealed class FleetPageView(FleetQuestion question)
{
    private FleetList? _list;
    private FleetPage? _told;
    private FleetChoices? _choices;

    /// <summary>Null when nothing changed.</summary>
    public FleetPageFrame? Next(FleetList list)
    {
        if (ReferenceEquals(list, _list)) return null;

        _list = list;
        var (page, told) = (list.Page(question), _told);
        var choices = list.Choices.Equals(_choices) ? null : list.Choices;
        (_told, _choices) = (page, list.Choices);

        var whole = told is null || !page.Devices.Select(device => device.Device).SequenceEqual(told.Devices.Select(device => device.Device), StringComparer.Ordinal);
        var news = whole ? page.Devices : [.. page.Devices.Where((device, i) => device != told!.Devices[i])];
        var isNews = whole || news.Count > 0 || choices is not null || page.Total != told!.Total || !page.States.SequenceEqual(told.States);
        return isNews ? new(page.Total, page.Matching, page.Page, question.PageSize, page.States, choices, whole, news) : null;
    }
}
