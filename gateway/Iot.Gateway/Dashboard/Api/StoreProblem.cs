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
        catch (TimeoutException e)
        {
            logger.QueryFailed(e, e.Message);
            return Problem.TookTooLong(e.Message);
        }
        catch (IOException e)
        {
            logger.QueryFailed(e, e.Message);
            return Problem.Unavailable(e.Message);
        }
    }
}
