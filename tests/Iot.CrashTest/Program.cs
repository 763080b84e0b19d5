using Iot.CrashTest;

if (args is ["--help"])
{
    Console.WriteLine(CrashArguments.Usage);
    return 0;
}

try
{
    var arguments = CrashArguments.Parse(args);
    Console.Error.WriteLine($"# seed {arguments.Seed}, {arguments.Kills} kills, {arguments.Devices} devices, {(arguments.PowerCuts ? "with" : "without")} power cuts, {arguments.Gateway}");
    var result = await Campaign.RunAsync(arguments);
    Console.WriteLine(result);
    return result.IsClean ? 0 : 1;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{CrashArguments.Usage}");
    return 2;
}
catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or InvalidDataException or HttpRequestException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine($"The campaign failed: {e.Message}");
    return 3;
}
