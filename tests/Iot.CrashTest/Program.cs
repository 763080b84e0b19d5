using System.Runtime.InteropServices;
using Iot.CrashTest;
using Iot.CrashTest.Faults;

if (args is ["--help"])
{
    Console.WriteLine(CrashArguments.Usage);
    return 0;
}

try
{
    var arguments = CrashArguments.Parse(args);
    Console.Error.WriteLine($"# seed {arguments.Seed}, {arguments.Kills} kills, {arguments.Devices} devices, {(arguments.PowerCuts ? "with" : "without")} power cuts, {arguments.Gateway}");
    using var interrupted = new CancellationTokenSource();
    using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
    var result = await Campaign.RunAsync(arguments, interrupted.Token);
    await File.WriteAllLinesAsync(Path.Combine(arguments.Logs, "findings.txt"), result.Judgement.Findings.Select(finding => finding.ToString()));
    Console.WriteLine(result);
    return result.IsClean ? 0 : 1;

    void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        interrupted.Cancel(); // what runs is killed, what is mounted is taken down
    }
}
catch (PartEndedException e)
{
    Console.WriteLine($"Conduct: {e.Message}");
    return 1;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{CrashArguments.Usage}");
    return 2;
}
catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or InvalidDataException or HttpRequestException or OperationCanceledException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine($"The campaign failed: {e.Message}");
    return 3;
}
