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
        var answer = await TokenExchange.RunAsync(token, directory, TimeProvider.System, cancellation);
        if (answer.Identity is not { } identity) return await WrongAsync(output, answer.Problem, ExitCode.Failed);

        Print(identity, new IdentityFiles(directory).Path, output.Output);
        return ExitCode.Done;
    }

    /// <param name="given">The token itself, or - for standard input.</param>
    /// <param name="file">Wins, when given.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    internal static async Task<string> ReadAsync(string? given, string? file, CancellationToken cancellation)
    {
        if (file is not null) return await File.ReadAllTextAsync(file, cancellation);
        if (given is not "-") return given!;

        using var input = new StreamReader("/dev/stdin");
        return await input.ReadLineAsync(cancellation) ?? "";
    }

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
