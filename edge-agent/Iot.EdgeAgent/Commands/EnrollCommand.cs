using System.CommandLine;
using System.Globalization;
using Iot.Configuration;
using Iot.EdgeAgent.Enrollment;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent enroll TOKEN | - | --token-file FILE</c></summary>
internal static class EnrollCommand
{
    private const string About =
        "Makes a key, exchanges the token for a certificate, and keeps both. The key never leaves this machine.\n" +
        "A token holds once and for an hour, so it may stand on the command line; by '-' or --token-file it stays out of the process list.\n" +
        "Can be run again after any failure: nothing is used up twice.";

    public static Command Create(string[] settings)
    {
        var token = new Argument<string?>("token") { Description = "As 'iot-gateway devices add' printed it; - reads it from standard input.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--token-file") { Description = "A file that holds the token." };
        var enroll = new Command("enroll", About) { token, file };
        enroll.Validators.Add(result =>
        {
            if (result.GetValue(token) is null == result.GetValue(file) is null) result.AddError("Give the token, or - to read it from standard input, or --token-file FILE.");
        });
        enroll.SetAction((parsed, cancellation) => RunAsync(settings, parsed.GetValue(token), parsed.GetValue(file), parsed.InvocationConfiguration, cancellation));
        return enroll;
    }

    private static async Task<int> RunAsync(string[] settings, string? given, string? file, InvocationConfiguration output, CancellationToken cancellation)
    {
        if (!EnrollmentToken.TryParse(await ReadAsync(given, file, cancellation), out var token, out var whyNot)) return await WrongAsync(output, whyNot, ExitCode.WrongUsage);

        var configuration = AgentSettings.Sources(settings);
        var options = AgentSettings.Load(configuration);
        if (options.Device.Id is { } id && !id.Equals(token.Device.Value, StringComparison.Ordinal))
            throw new SettingsException([$"Device:Id = {id}: the token is for {token.Device}. Remove the key, or ask for a token of {id}: iot-gateway devices token {id}."]);

        var directory = InstalledService.DirectoryFor(options.Data);
        var files = new IdentityFiles(directory);
        using var turn = Lock(files, directory);
        var before = files.Read();
        if (before is not null && before.Device != token.Device)
        {
            return await WrongAsync(output, $"This machine is {before.Device} already, and the token is for {token.Device}. If it is to be {token.Device} from now on: let it publish what waits " +
                $"(iot-edge-agent status), stop it, delete '{files.Path}', and run this again.", ExitCode.Failed);
        }

        if (before?.Json.TokenHash is { } hash && hash.Equals(token.Hash, StringComparison.Ordinal))
        {
            Print(before, files.Path, output.Output); // the same line again, after it has done its work
            return ExitCode.Done;
        }

        var answer = await new EnrollmentClient(TimeProvider.System).EnrollAsync(token, files.Request(token.Device, before), cancellation);
        if (answer.Identity is not { } identity) return await WrongAsync(output, WhatToDo(token, answer), ExitCode.Failed);

        files.Write(identity);
        Print(identity, files.Path, output.Output);
        return ExitCode.Done;
    }

    private static async Task<string> ReadAsync(string? given, string? file, CancellationToken cancellation)
    {
        if (file is not null) return await File.ReadAllTextAsync(file, cancellation);
        if (given is not "-") return given!;

        using var input = new StreamReader("/dev/stdin");
        return await input.ReadLineAsync(cancellation) ?? "";
    }

    private static IDisposable Lock(IdentityFiles files, string directory)
    {
        try
        {
            return files.TryLock() ?? throw new IOException("The agent renews its certificate at this moment, or another 'enroll' runs. Run this again in a minute.");
        }
        catch (IOException e) when (e is Journal.DiskException { Errno: 1 or 13 })
        {
            throw new IOException($"'{directory}' is not yours to write. Run the same as root, with sudo; the token was not used.", e);
        }
    }

    private static string WhatToDo(EnrollmentToken token, EnrollmentAnswer answer) => answer.NeedsPerson
        ? $"{token.Device} was not enrolled: {answer.Problem}"
        : $"{token.Device} was not enrolled: {answer.Problem} The key is kept: when that is put right, run the same again, with the same token.";

    private static void Print(DeviceIdentity identity, string path, TextWriter output)
    {
        output.WriteLine($"Enrolled as {identity.Device} at {identity.Gateway}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"certificate {identity.Serial}, good until {identity.NotAfter:u}; renewed by itself from {RenewalSchedule.DueAt(identity):u} on"));
        output.WriteLine($"key and certificate are in {path}; the key never leaves this machine");
        output.WriteLine($"publishes to {identity.MqttUrl}");
        output.WriteLine(path.StartsWith(InstalledService.DataPath, StringComparison.Ordinal)
            ? "Next: sudo systemctl restart iot-edge-agent, then sudo iot-edge-agent status"
            : "Next: start it, or start it again: iot-edge-agent run");
    }

    private static async Task<int> WrongAsync(InvocationConfiguration output, string problem, int exitCode)
    {
        await output.Error.WriteLineAsync(problem);
        return exitCode;
    }
}
