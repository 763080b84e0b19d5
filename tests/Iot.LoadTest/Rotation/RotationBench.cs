namespace Iot.LoadTest.Rotation;

internal static class RotationBench
{
    /// <returns>0, or 1 when anything was lost, doubled, or slower than promised.</returns>
    public static async Task<int> RunAsync(RotationArguments arguments)
    {
        var result = await new RotationRun(arguments).RunAsync();
        Console.WriteLine(result.Table());

        var problems = result.Problems().ToList();
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        return problems.Count == 0 ? 0 : 1;
    }
}
