using System.Globalization;
using Microsoft.AspNetCore.RateLimiting;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>So many queries at once and no more, whoever asks and in whatever way: the stores have readings to take. The next ones wait in order, and those behind are told to come again.</summary>
/// <remarks>A query has its turn until its last row is sent, or its caller is gone.</remarks>
internal static class QueryTurns
{
    private const string Policy = "queries";
    private const int RetryAfterSeconds = 2;

    public static IServiceCollection AddQueryTurns(this IServiceCollection services)
    {
        services.AddOptions<RateLimiterOptions>().Configure<HttpOptions>((limiter, http) =>
        {
            limiter.AddConcurrencyLimiter(Policy, turns => (turns.PermitLimit, turns.QueueLimit) = (http.Queries, http.QueriesWaiting));
            limiter.OnRejected = (rejected, _) => new(RefuseAsync(rejected.HttpContext, http));
        });
        return services.AddRateLimiter();
    }

    public static RouteHandlerBuilder InTurn(this RouteHandlerBuilder query) => query.RequireRateLimiting(Policy);

    private static Task RefuseAsync(HttpContext http, HttpOptions options)
    {
        http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Unavailable(
            $"{options.Queries} queries are under way and {options.QueriesWaiting} wait, as many as Http:Queries and Http:QueriesWaiting say. Ask again in {RetryAfterSeconds} s.").ExecuteAsync(http);
    }
}
