using System.ComponentModel;
using System.Globalization;
using Iot.Gateway.DeadLetters;
using Iot.Gateway.Observability;
using Iot.Wire;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Which dead letters are meant, still as text: a value that cannot be used is answered in words.</summary>
internal sealed record DeadLettersParameters
{
    public const int MaxLimit = 1000;

    private const int DefaultLimit = 100;

    [Description("These ids, separated by commas, at most 1000; for requeue and discard."), FromQuery(Name = "id")]
    public string? Ids { get; init; }

    [Description("Only of this device."), FromQuery(Name = "device")]
    public string? Device { get; init; }

    [Description("Only refused for this reason, as in metrics: above_maximum."), FromQuery(Name = "reason")]
    public string? Reason { get; init; }

    [Description("Only refused by this sink, or by ingest."), FromQuery(Name = "sink")]
    public string? Sink { get; init; }

    [Description("kept, requeued, discarded or all. Default kept: those that wait for a person."), FromQuery(Name = "state")]
    public string? State { get; init; }

    [Description("First moment of receipt that counts: unix seconds or RFC 3339."), FromQuery(Name = "from")]
    public string? From { get; init; }

    [Description("First moment of receipt that does not count any more."), FromQuery(Name = "to")]
    public string? To { get; init; }

    [Description("Only those with a smaller id: the last one of the page before."), FromQuery(Name = "before")]
    public string? Before { get; init; }

    [Description("Only those with a larger id, the oldest first."), FromQuery(Name = "after")]
    public string? After { get; init; }

    [Description("Most entries, 1 to 1000. Default 100."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(out DeadLetterFilter filter, out ProblemHttpResult? problem)
    {
        filter = new(State: LetterState.Kept, Limit: DefaultLimit);
        problem = ReadWhat(ref filter) ?? ReadRange(ref filter) ?? ReadPage(ref filter);
        return problem is null;
    }

    /// <summary>Null when none are given; false with the answer to give.</summary>
    public bool TryReadIds(out IReadOnlyList<long>? ids, out ProblemHttpResult? problem)
    {
        (ids, problem) = (null, null);
        if (Given(Ids) is not { } text) return true;

        var read = new List<long>();
        foreach (var part in text.Split(','))
        {
            if (read.Count == MaxLimit || !TryId(part, out var id))
            {
                problem = Problem.BadParameter("id", text.Length <= 100 ? text : text[..100] + "…", $"must be up to {MaxLimit} ids of dead letters, separated by commas");
                return false;
            }

            read.Add(id);
        }

        ids = read;
        return true;
    }

    private ProblemHttpResult? ReadWhat(ref DeadLetterFilter filter)
    {
        if (Given(Device) is { } device)
        {
            if (!DeviceId.TryParse(device, out var named))
                return Problem.BadParameter("device", device, $"must be 1 to {DeviceId.MaxLength} of A-Z a-z 0-9 . _ -, the first a letter or digit");
            filter = filter with { Device = named };
        }

        if (Given(Reason) is { } reason)
        {
            var known = Enum.GetValues<RejectReason>().Where(value => SnakeCase.Of(value).Equals(reason, StringComparison.Ordinal)).ToList();
            if (known.Count == 0)
                return Problem.BadParameter("reason", reason, $"must be one of {string.Join(", ", Enum.GetValues<RejectReason>().Select(SnakeCase.Of))}");
            filter = filter with { Reason = known[0] };
        }

        if (Given(State) is { } state)
        {
            var isState = Enum.TryParse<LetterState>(state, ignoreCase: true, out var wanted) && char.IsAsciiLetter(state[0]);
            if (!isState && state is not "all") return Problem.BadParameter("state", state, "must be kept, requeued, discarded or all");
            filter = filter with { State = isState ? wanted : null };
        }

        filter = filter with { Origin = Given(Sink) };
        return null;
    }

    private ProblemHttpResult? ReadRange(ref DeadLetterFilter filter)
    {
        var (from, to) = (filter.FromNs, filter.ToNs);
        if (Given(From) is not null && !TimeText.TryParse(From!, out from)) return Problem.BadParameter("from", From, TimeText.Allowed);
        if (Given(To) is not null && !TimeText.TryParse(To!, out to)) return Problem.BadParameter("to", To, TimeText.Allowed);
        if (from >= to) return Problem.BadParameter("from", From, "must be before to");

        filter = filter with { FromNs = from, ToNs = to };
        return null;
    }

    private ProblemHttpResult? ReadPage(ref DeadLetterFilter filter)
    {
        var (before, after, limit) = (filter.BeforeId, filter.AfterId, filter.Limit);
        if (Given(Before) is not null && !TryId(Before!, out before)) return Problem.BadParameter("before", Before, "must be the id of a dead letter");
        if (Given(After) is not null && !TryId(After!, out after)) return Problem.BadParameter("after", After, "must be the id of a dead letter, or 0");
        if (Given(Limit) is not null && (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            return Problem.BadParameter("limit", Limit, $"must be a whole number from 1 to {MaxLimit}");

        filter = filter with { BeforeId = before, AfterId = after, OldestFirst = Given(After) is not null, Limit = limit };
        return null;
    }

    private static bool TryId(string text, out long id) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
