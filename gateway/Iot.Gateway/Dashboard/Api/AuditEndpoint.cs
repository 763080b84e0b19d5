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

    /// <summary>Every line as it stands, for <c>audit verify</c> elsewhere.</summary>
    public static IResult Export([AsParameters] AuditParameters parameters, [FromServices] AuditReader reader)
    {
        if (!parameters.TryRead(out var question, out var problem)) return problem!;

        return TypedResults.Stream(async body =>
        {
            foreach (var lines in reader.Export(question.Since)) await body.WriteAsync(lines);
        }, "application/x-ndjson", "iot-gateway-audit.jsonl");
    }

    /// <summary>Reads the whole log; one at a time, since it may be long.</summary>
    public static async Task<IResult> VerifyAsync([FromServices] AuditReader reader, CancellationToken cancellation)
    {
        if (!await OneAtATime.WaitAsync(TimeSpan.Zero, cancellation)) return Problem.Conflict("The log is being verified for somebody else. Ask again when that is done.");

        try
        {
            return TypedResults.Ok(AuditVerdictJson.Of(await Task.Run(reader.Verify, cancellation)));
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static readonly SemaphoreSlim OneAtATime = new(1, 1);
}

/// <param name="Intact">Every line is as it was written.</param>
/// <param name="Head">Number and hash of the last entry: noted elsewhere, it proves later that nothing was taken from the end.</param>
/// <param name="Finding">The first thing that is not as it was written; absent when all is.</param>
internal sealed record AuditVerdictJson(bool Intact, long Entries, long First, long Last, string Head, long SignedTo, string? SignedAt, long Unsigned, IReadOnlyList<string> Keys, string? Finding)
{
    public static AuditVerdictJson Of(AuditVerdict verdict) => new(
        verdict.Finding is null, verdict.Entries, verdict.First, verdict.Last, $"{verdict.Last.ToString(CultureInfo.InvariantCulture)}:{verdict.Hash}", verdict.SignedTo, verdict.SignedAt, verdict.Unsigned, verdict.Keys,
        verdict.Finding is { } found ? string.Create(CultureInfo.InvariantCulture, $"{found.File}, line {found.Line}, entry {found.Entry}: {found.What}") : null);
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

    [Description("ok, refused or failed. Default all."), FromQuery(Name = "result")]
    public string? Result { get; init; }

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
            _ when Given(Result) is not (null or "ok" or "refused" or "failed") => Problem.BadParameter("result", Result, "must be ok, refused or failed"),
            _ when Given(Before) is { } text && (!TryNumber(text, out before) || before < 1) => Problem.BadParameter("before", text, "must be the number of an entry"),
            _ when Given(Limit) is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit) =>
                Problem.BadParameter("limit", text, $"must be a whole number from 1 to {MaxLimit}"),
            _ => null,
        };
        question = new(
            Given(Since) is null ? null : Time(sinceNs), Given(Until) is null ? null : Time(untilNs),
            Given(Kind), Given(Subject), Given(Before) is null ? null : before, limit, Given(Result)) { Device = Given(Device) };
        return problem is null;
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static DateTimeOffset Time(long ns) => DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick);

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
