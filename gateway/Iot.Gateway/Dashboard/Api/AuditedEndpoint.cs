using System.Globalization;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>An endpoint that changes something: who asked, for what, and what came of it is in the audit log before the answer leaves.</summary>
internal static class AuditedEndpoint
{
    /// <summary>Nothing else of a query is written down: somebody may have put a key into it.</summary>
    private static readonly string[] Harmless = ["id", "device", "reason", "sink", "state", "from", "to", "after", "before", "limit", "dryRun", "full", "force"];

    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder route, AuditAct act) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        var audit = http.RequestServices.GetRequiredService<AuditTrail>();
        var what = new AuditEvent(act, Caller.NameOf(http), Caller.AddressOf(http), $"{http.Request.Method} {http.Request.Path}");
        try
        {
            var result = await next(context);
            await audit.WriteAsync(Outcome(what, result, http.Request), CancellationToken.None); // it was done, whether or not somebody still waits for the answer
            return result;
        }
        catch (Exception e)
        {
            audit.Report(what with { Result = AuditResult.Failed, Detail = e.GetType().Name });
            throw;
        }
    });

    private static AuditEvent Outcome(AuditEvent what, object? result, HttpRequest request) => (result as IStatusCodeHttpResult)?.StatusCode switch
    {
        >= 500 => what with { Result = AuditResult.Failed, Detail = DetailOf(result) },
        >= 400 => what with { Result = AuditResult.Refused, Detail = DetailOf(result) },
        _ => what with { On = what.On + Query(request), Detail = DetailOf(result) },
    };

    /// <summary>A refusal's title, not its detail: that repeats what was sent.</summary>
    public static string DetailOf(object? result) => result switch
    {
        ProblemHttpResult problem => $"{problem.StatusCode} {problem.ProblemDetails.Title}",
        Ok<RequeueJson> ok => string.Join(", ", ok.Value!.Outcomes.CountBy(outcome => outcome.Result, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}")),
        Ok<RequeueOutcomeJson> ok => ok.Value!.Result,
        Ok<DiscardJson> ok => string.Create(CultureInfo.InvariantCulture, $"{ok.Value!.Discarded} discarded"),
        Created<UserJson> ok => Words(ok.Value!),
        Ok<UserJson> ok => Words(ok.Value!),
        Created<NewKeyJson> ok => $"{ok.Value!.Key.Name}, {ok.Value.Key.Role}, {ok.Value.Key.Shown}…",
        Ok<KeyJson> ok => $"{ok.Value!.Name}, {ok.Value.Role}, {ok.Value.Shown}…",
        Ok<DeviceConfigJson> ok => Words(ok.Value!),
        Created<EnrollmentTokenJson> ok => ok.Value!.Device,
        Accepted<ReplayJson> ok => Words(ok.Value!),
        Ok<ReplayJson> ok => Words(ok.Value!),
        _ => "",
    };

    public static string Words(ReplayJson replay) =>
        $"to {replay.Sink}, {replay.From} to {replay.To}, device {replay.Device ?? "any"}{(replay.DryRun ? ", dry run" : "")}: {replay.State}";

    /// <summary>Which sections, not their values.</summary>
    public static string Words(DeviceConfigJson config) =>
        string.Create(CultureInfo.InvariantCulture, $"version {config.Version}: {string.Join(", ", config.Settings.EnumerateObject().Select(section => section.Name[..Math.Min(section.Name.Length, 32)]).Take(16))}");

    private static string Words(UserJson user) => $"{user.Name}, {user.Role}{(user.Disabled ? ", disabled" : "")}";

    private static string Query(HttpRequest request)
    {
        var known = request.Query.Where(one => Harmless.Contains(one.Key, StringComparer.Ordinal)).Select(one => $"{one.Key}={one.Value}").ToList();
        return known.Count == 0 ? "" : "?" + string.Join('&', known);
    }
}
