using Iot.LoadTest.Reports;

namespace Iot.LoadTest;

/// <summary>Runs every plan as often as asked, prints a line for each run and the table at the end.</summary>
internal static class LoadBench
{
    /// <returns>0, or 1 when any run lost something.</returns>
    public static async Task<int> RunAsync(LoadArguments arguments)
    {
        var plans = new List<IReadOnlyList<LoadResult>>();
        var exitCode = 0;
        foreach (var plan in arguments.Plans)
        {
            Console.Error.WriteLine($"# {plan}");
            var runs = new List<LoadResult>();
            for (var i = 0; i < arguments.Repeat; i++)
            {
                var result = await new LoadRun(plan, arguments.Gateway).RunAsync();
                runs.Add(result);
                Console.Error.WriteLine(Summary(result));
                foreach (var problem in result.Problems())
                {
                    exitCode = 1;
                    Console.Error.WriteLine($"  {problem}");
                }
            }

            plans.Add(runs);
        }

        Console.WriteLine($"{LoadColumn.Table(LoadColumn.Cost, plans)}\n\n{LoadColumn.Table(LoadColumn.BytesAndTimes, plans)}");
        return exitCode;
    }

    private static string Summary(LoadResult result)
    {
        var columns = LoadColumn.Cost.Concat(LoadColumn.BytesAndTimes).Select(column => $"{column.Name} {column.Median([result])}");
        return $"{result.Plan.Name}: {result.Readings} readings in {result.Measured.Sent} messages, {result.UntilStored.TotalSeconds:0.0} s. {string.Join("; ", columns)}.";
    }
}
