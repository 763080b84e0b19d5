namespace Iot.Gateway.Validation;

/// <summary>The series of one device, 8 bytes each. Take its lock around every call.</summary>
internal sealed class KnownSeries
{
    private readonly List<ulong> _names = new(capacity: 4); // ascending

    public Lock Lock { get; } = new();

    public IReadOnlyList<ulong> Names => _names;

    public bool Contains(ulong name) => _names.BinarySearch(name) >= 0;

    public void Add(ulong name)
    {
        var at = _names.BinarySearch(name);
        if (at < 0) _names.Insert(~at, name);
    }
}
