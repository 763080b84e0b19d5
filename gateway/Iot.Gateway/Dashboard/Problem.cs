using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard;

/// <summary>What we answer when we do not answer: problem+json (RFC 9457), in words that say what to do.</summary>
internal static class Problem
{
    /// <param name="allowed">What would have been taken, as a phrase: <c>json or csv</c>.</param>
    public static ProblemHttpResult BadParameter(string parameter, string? value, string allowed) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest,
        title: "A parameter cannot be used",
        detail: $"{parameter} = {value ?? "(nothing)"}: {allowed.TrimEnd('.')}.", // what a database says ends with one already
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["parameter"] = parameter, ["value"] = value, ["allowed"] = allowed });

    /// <summary>The parameters are well written, and ask for what is not there.</summary>
    public static ProblemHttpResult Refused(string detail) => Of(StatusCodes.Status400BadRequest, "Cannot be answered", detail);

    public static ProblemHttpResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "Not found", detail);

    public static ProblemHttpResult Unauthorized(string detail) => Of(StatusCodes.Status401Unauthorized, "Not authorised", detail);

    public static ProblemHttpResult Forbidden(string detail) => Of(StatusCodes.Status403Forbidden, "Forbidden", detail);

    /// <summary>The store does not answer now; asking again later may help.</summary>
    public static ProblemHttpResult Unavailable(string detail) => Of(StatusCodes.Status503ServiceUnavailable, "Not available now", detail);

    /// <summary>The store was still at it when its time was up, and was stopped; the same again takes as long.</summary>
    public static ProblemHttpResult TookTooLong(string detail) => Of(StatusCodes.Status504GatewayTimeout, "Took too long", detail);

    /// <summary>Nothing is configured that could answer.</summary>
    public static ProblemHttpResult NotConfigured(string detail) => Of(StatusCodes.Status501NotImplemented, "Not configured", detail);

    /// <summary>Something else must end or happen first.</summary>
    public static ProblemHttpResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, "Not now", detail);

    public static ProblemHttpResult TooMany(string detail) => Of(StatusCodes.Status429TooManyRequests, "Too many", detail);

    public static ProblemHttpResult WrongMediaType(string detail) => Of(StatusCodes.Status415UnsupportedMediaType, "Not a body that is read here", detail);

    private static ProblemHttpResult Of(int status, string title, string detail) =>
        TypedResults.Problem(statusCode: status, title: title, detail: detail);
}
