using Iot.Gateway.EmbeddedStore;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>What is answered when a store cannot.</summary>
internal static class StoreProblem
{
    public static async Task<IResult> OrAsync(ILogger logger, Func<Task<IResult>> ask)
    {
        try
        {
            return await ask();
        }
        catch (NotSupportedException e)
        {
            return Problem.NotConfigured(e.Message);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            logger.QueryFailed(e, e.Message);
            return e is TimeoutException ? Problem.TookTooLong(e.Message) : Problem.Unavailable(e.Message);
        }
    }

    /// <summary>While rows are written. Once the answer has begun, a failure breaks the connection off: the caller sees that it is not whole, and the log says why.</summary>
    /// <param name="sql">What was asked, where the words of a refusal are about it.</param>
    public static async Task UnlessWholeAsync(HttpContext http, ILogger logger, string? sql, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // whoever asked is gone, and the query has ended with that
        }
        catch (Exception e) when (e is TimeoutException or IOException or SqlRefusedException)
        {
            logger.QueryFailed(e, e.Message);
            if (sql is null || http.Response.HasStarted) http.Abort();
            else await Answer(e, sql).ExecuteAsync(http);
        }
    }

    private static ProblemHttpResult Answer(Exception e, string sql) => e switch
    {
        TimeoutException => Problem.TookTooLong(e.Message),
        SqlRefusedException => Problem.BadParameter("query", sql, e.Message),
        _ => Problem.Unavailable(e.Message),
    };
}
