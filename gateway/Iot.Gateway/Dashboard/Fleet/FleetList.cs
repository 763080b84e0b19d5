using System.Collections.Concurrent;

namespace Iot.Gateway.Dashboard.Fleet;

/// <summary>Every device as of one moment, for all who look. Thread-safe: orders and answers are made when they are first asked for, and shared.</summary>
internal sealed class FleetList
{
    /// <summary>Most answers kept for those who ask the same.</summary>
    private const int MostAnswers = 64;

    private readonly FleetEntry[] _entries;
    private readonly ConcurrentDictionary<(FleetSort Sort, bool Descending), Lazy<int[]>> _orders = new();
    private readonly ConcurrentDictionary<FleetQuestion, FleetPage> _answers = new();
    private readonly Lazy<FleetChoices> _choices;

    /// <param name="entries">Ordered by id.</param>
    public FleetList(FleetEntry[] entries)
    {
        _entries = entries;
        _choices = new(() => FleetChoices.Of(_entries));
    }

    public int Count => _entries.Length;

    /// <summary>What a person may choose from.</summary>
    public FleetChoices Choices => _choices.Value;

    public FleetPage Page(FleetQuestion question)
    {
        if (_answers.TryGetValue(question, out var known)) return known;

        var page = Find(question);
        if (_answers.Count < MostAnswers) _answers[question] = page;
        return page;
    }

    /// <summary>All that match, in order, whatever page was asked for.</summary>
    public IEnumerable<FleetEntry> Matching(FleetQuestion question) =>
        Order(question).Select(i => _entries[i]).Where(entry => question.Asks(entry) && (question.State is null || entry.State == question.State));

    private FleetPage Find(FleetQuestion question)
    {
        var states = new int[Enum.GetValues<DeviceState>().Length];
        var matching = 0;
        var rows = new List<int>(question.PageSize); // those of the page asked for, or of the last one there is
        var first = (long)(question.Page - 1) * question.PageSize;
        foreach (var i in Order(question))
        {
            ref readonly var entry = ref _entries[i];
            if (!question.Asks(entry)) continue;

            var state = entry.State;
            states[(int)state]++;
            if (question.State is { } only && only != state) continue;

            if (matching <= first && matching % question.PageSize == 0) rows.Clear();
            if (rows.Count < question.PageSize) rows.Add(i);
            matching++;
        }

        var page = Math.Max(1, Math.Min(question.Page, (matching + question.PageSize - 1) / question.PageSize));
        return new(_entries.Length, matching, page, [.. states.Select((count, state) => new StateCount((DeviceState)state, count))], [.. rows.Select(i => ListedDevice.Of(_entries[i]))]);
    }

    private int[] Order(FleetQuestion question) =>
        _orders.GetOrAdd((question.Sort, question.Descending), key => new(() => Sorted(key.Sort, key.Descending))).Value;

    /// <summary>Stable, so that equals stay in the order of their names whichever way it goes.</summary>
    private int[] Sorted(FleetSort sort, bool descending)
    {
        var all = Enumerable.Range(0, _entries.Length);
        return sort switch
        {
            FleetSort.LastSeen => By(i => _entries[i].Spoken?.LastSeenNs ?? 0),
            FleetSort.Rate => By(i => _entries[i].Spoken?.Rate ?? 0),
            FleetSort.Missing => By(i => _entries[i].Spoken?.Missing ?? 0),
            _ => descending ? [.. all.Reverse()] : [.. all],
        };

        int[] By<T>(Func<int, T> key) => descending ? [.. all.OrderByDescending(key)] : [.. all.OrderBy(key)];
    }
}
