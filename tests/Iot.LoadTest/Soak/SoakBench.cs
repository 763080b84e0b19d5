namespace Iot.LoadTest.Soak;

internal static class SoakBench
{
    /// <returns>0, or 1 when memory grew, something was lost or the drain took too long.</returns>
    public static async Task<int> RunAsync(SoakArguments arguments)
    {
        var result = await new SoakRun(arguments).RunAsync();
        Console.WriteLine(result.Table());

        var problems = result.Problems().ToList();
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return problems.Count == 0 ? 0 : 1;
    }
}
