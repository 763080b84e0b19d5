using Iot.LoadTest;
using Iot.LoadTest.Agent;

try
{
    if (args is ["agent", .. var rest]) return await AgentBench.RunAsync(AgentArguments.Parse(rest));

    var arguments = LoadArguments.Parse(args);
    return await LoadBench.RunAsync(arguments);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{LoadArguments.Usage}");
    return 2;
}
catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or HttpRequestException)
{
    Console.Error.WriteLine($"The run failed: {e.Message}");
    return 1;
}
