namespace Iot.LoadTest.Hostile;

internal static class HostileBench
{
    /// <returns>0, or 1 when the fleet lost something or waited longer than promised.</returns>
    public static async Task<int> RunAsync(HostileArguments arguments)
    {
        var result = await new HostileRun(arguments).RunAsync();
        Console.WriteLine(result.Table());

        var problems = result.Problems().ToList();
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return problems.Count == 0 ? 0 : 1;
    }
}
