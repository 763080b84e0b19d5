using System.ComponentModel;
using System.Globalization;
using Iot.Gateway.Detection;
using Iot.Gateway.Observability;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/security-events</c>. <c>Http:AllowAnonymous</c> does not open it: it names addresses, clients and what strangers tried.</summary>
internal static class SecurityEventsEndpoint
{
    public static IResult List([AsParameters] SecurityEventsParameters parameters, [FromServices] SecurityEvents events) =>
        parameters.TryRead(out var question, out var problem) ? TypedResults.Ok(Page(question, events)) : problem!;

    private static SecurityEventsJson Page(SecurityEventsQuestion question, SecurityEvents events)
    {
        var found = events.All().Where(one => one.Number < question.Before && (question.IsOpen is not { } open || one.IsOpen == open)).Take(question.Limit + 1).ToList();
        var page = found.Take(question.Limit).Select(SecurityEventJson.Of).ToList();
        return new(events.Stand.Open, page, found.Count > question.Limit ? page[^1].Number : null);
    }
}

/// <summary>Still as text.</summary>
internal sealed record SecurityEventsParameters
{
    private const int MaxLimit = 500;
    private const int DefaultLimit = 100;

    [Description("open, closed or all. Default all."), FromQuery(Name = "state")]
    public string? State { get; init; }

    [Description("Only events with a smaller number: next of the page before."), FromQuery(Name = "before")]
    public string? Before { get; init; }

    [Description("Most events, 1 to 500. Default 100."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(out SecurityEventsQuestion question, out ProblemHttpResult? problem)
    {
        var (before, limit) = (long.MaxValue, DefaultLimit);
        problem = true switch
        {
            _ when State is not (null or "" or "all" or "open" or "closed") => Problem.BadParameter("state", State, "must be open, closed or all"),
            _ when Before is { Length: > 0 } && (!long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out before) || before < 1) =>
                Problem.BadParameter("before", Before, "must be the number of an event"),
            _ when Limit is { Length: > 0 } && (!int.TryParse(Limit, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit) =>
                Problem.BadParameter("limit", Limit, $"must be a whole number from 1 to {MaxLimit}"),
            _ => null,
        };
        question = new(State is "open" ? true : State is "closed" ? false : null, before, limit);
        return problem is null;
    }
}

/// <param name="IsOpen">Null for both.</param>
internal sealed record SecurityEventsQuestion(bool? IsOpen, long Before, int Limit);

/// <param name="Open">Open now, whatever was asked for.</param>
/// <param name="Next">Ask again with before = this; null when there are no more.</param>
internal sealed record SecurityEventsJson(int Open, IReadOnlyList<SecurityEventJson> Events, long? Next);

/// <param name="Number">1, 2, 3 … since the gateway's start.</param>
/// <param name="Count">How often it was seen.</param>
/// <param name="Closed">When it ended; nothing while it is open.</param>
internal sealed record SecurityEventJson(
    string Id, long Number, string Kind, string Severity, string State, string Subject, string? Device, string? Client, string? Address,
    string Seen, string Normal, DateTimeOffset Since, DateTimeOffset Last, long Count, DateTimeOffset? Closed)
{
    public static SecurityEventJson Of(SecurityEvent one) => new(
        one.Id, one.Number, SnakeCase.Of(one.What.Kind), SnakeCase.Of(one.Severity), one.IsOpen ? "open" : "closed", one.What.Subject,
        one.What.Device, one.What.Client, one.What.Address, one.What.Seen, one.What.Normal, one.Since, one.Last, one.Count, one.Closed);
}
