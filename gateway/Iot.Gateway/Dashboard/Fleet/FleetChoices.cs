namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>Sites and types that there are, ordered by name; of very many those with the most devices.</summary>
internal sealed record FleetChoices(IReadOnlyList<FleetChoice> Sites, IReadOnlyList<FleetChoice> Types)
{
    private const int Most = 200;

    public static FleetChoices Of(IReadOnlyList<FleetEntry> entries) => new(Count(entries.Select(entry => entry.Site)), Count(entries.Select(entry => entry.Type)));

    public bool Equals(FleetChoices? other) => other is not null && Sites.SequenceEqual(other.Sites) && Types.SequenceEqual(other.Types);

    public override int GetHashCode() => HashCode.Combine(Sites.Count, Types.Count);

    private static IReadOnlyList<FleetChoice> Count(IEnumerable<string> names) =>
    [
        .. names.CountBy(name => name, StringComparer.Ordinal).OrderByDescending(count => count.Value).Take(Most)
            .OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => new FleetChoice(count.Key, count.Value)),
    ];
}

/// <param name="Name">Empty: the devices without one.</param>
internal sealed record FleetChoice(string Name, int Devices);
