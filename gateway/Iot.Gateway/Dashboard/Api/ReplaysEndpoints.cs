using System.Text.Json;
using Iot.Gateway.Replay;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Iot.Gateway.Dashboard.Api;

/// <summary><c>/api/v1/replays</c>: a range of the journal to a sink again.</summary>
internal static class ReplaysEndpoints
{
    public static ReplaysJson All([FromServices] Replays replays) => new([.. replays.All.Select(state => Json(state, replays))]);

    public static IResult One(string sink, [FromServices] Replays replays) =>
        replays.Find(sink) is { } state ? TypedResults.Ok(Json(state, replays)) : None(sink);

    public static async Task<IResult> StartAsync(HttpContext http, [FromServices] Replays replays, CancellationToken cancellation)
    {
        if (!http.Request.HasJsonContentType()) return Problem.WrongMediaType("The body must be JSON: Content-Type: application/json.");

        ReplayParameters? parameters;
        try
        {
            parameters = await http.Request.ReadFromJsonAsync(ApiJson.Default.ReplayParameters, cancellation);
        }
        catch (JsonException e)
        {
            return Problem.BadParameter("body", e.Path, $"must be {{\"sink\", \"from\", \"to\", \"device\", \"rate\", \"dryRun\"}} as JSON; {e.Message}");
        }

        if ((parameters ?? new()).Read(replays.Sinks, out var request) is { } mistake)
            return Problem.BadParameter(mistake.Parameter, mistake.Value, mistake.Allowed);

        return replays.TryStart(request) is { } state
            ? TypedResults.Accepted($"/api/v1/replays/{request.Sink}", Json(state, replays))
            : Problem.Conflict(Busy(request.Sink));
    }

    public static IResult Cancel(string sink, [FromServices] Replays replays) =>
        replays.Cancel(sink) is { } state ? TypedResults.Ok(Json(state, replays)) : None(sink);

    public static string Busy(string sink) => $"A replay to {sink} has not ended yet. Wait for it, or end it with 'iot-gateway replay cancel --sink {sink}'.";

    public static string NoneTo(string sink) => $"There has been no replay to '{sink}'. 'iot-gateway replay list' shows those there were.";

    public static ReplayJson Json(ReplayState state, Replays replays) => ReplayJson.Of(state, replays.ProblemOf(state.Request.Sink));

    private static ProblemHttpResult None(string sink) => Problem.NotFound(NoneTo(sink));
}
