using System.ComponentModel;
using System.Globalization;
using Iot.Gateway.Audit;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>GET /api/v1/audit</c>. <c>Http:AllowAnonymous</c> does not open it: it names who administers the gateway and from where, and what strangers tried.</summary>
internal static class AuditEndpoint
{
    public static IResult List([AsParameters] AuditParameters parameters, [FromServices] AuditReader reader) =>
        parameters.TryRead(out var question, out var problem) ? TypedResults.Ok(reader.Read(question)) : problem!;
}

/// <summary>Which entries are meant, still as text: the API and the command line read it alike.</summary>
internal sealed record AuditParameters
{
    public const int MaxLimit = 1000;

    private const int DefaultLimit = 100;

    [Description("First moment that counts: unix seconds or RFC 3339."), FromQuery(Name = "since")]
    public string? Since { get; init; }

    [Description("First moment that does not count any more."), FromQuery(Name = "until")]
    public string? Until { get; init; }

    [Description("Only this act, or acts that begin with it: mqtt, mqtt.publish, replay.start."), FromQuery(Name = "kind")]
    public string? Kind { get; init; }

    [Description("Only by this device, client, user or key, or from this address."), FromQuery(Name = "subject")]
    public string? Subject { get; init; }

    [Description("Only by this device, or on it."), FromQuery(Name = "device")]
    public string? Device { get; init; }

    [Description("Only entries with a smaller number: next of the page before."), FromQuery(Name = "before")]
    public string? Before { get; init; }

    [Description("Most entries, 1 to 1000. Default 100."), FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>False with the answer to give.</summary>
    public bool TryRead(out AuditQuestion question, out ProblemHttpResult? problem)
    {
        var (sinceNs, untilNs, before, limit) = (0L, 0L, 0L, DefaultLimit);
        problem = true switch
        {
            _ when Given(Since) is { } since && !TimeText.TryParse(since, out sinceNs) => Problem.BadParameter("since", since, TimeText.Allowed),
            _ when Given(Until) is { } until && !TimeText.TryParse(until, out untilNs) => Problem.BadParameter("until", until, TimeText.Allowed),
            _ when Given(Before) is { } text && (!TryNumber(text, out before) || before < 1) => Problem.BadParameter("before", text, "must be the number of an entry"),
            _ when Given(Limit) is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit) =>
                Problem.BadParameter("limit", text, $"must be a whole number from 1 to {MaxLimit}"),
            _ => null,
        };
        question = new(
            Given(Since) is null ? null : Time(sinceNs), Given(Until) is null ? null : Time(untilNs),
            Given(Kind), Given(Subject), Given(Before) is null ? null : before, limit) { Device = Given(Device) };
        return problem is null;
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static DateTimeOffset Time(long ns) => DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
