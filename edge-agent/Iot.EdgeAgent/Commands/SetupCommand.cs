using System.CommandLine;
using System.Runtime.InteropServices;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Setup;
using Iot.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Commands;

/// <summary><c>iot-edge-agent setup</c>: asks at a terminal; for scripts every question is a flag.</summary>
internal sealed class SetupCommand
{
    private const string About =
        "Sets this machine up: whom to publish to, what to sample, how much to keep; writes the settings, starts the service and waits for the first readings.\n" +
        "At a terminal it asks what no flag answers. Without one it never waits for input: it names the flags that are missing, or takes the defaults with --yes.\n" +
        "Can be run again at any time. Exits with 0 when all is done, 1 when a step failed (what was done before is whole), 2 on wrong usage.";

    private readonly Option<string?> _token = new("--token") { Description = "The enrollment token that 'iot-gateway devices add' printed; - reads it from standard input." };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = "A file that holds the token." };
    private readonly Option<string?> _gateway = new("--gateway") { Description = "Without a token: mqtt://HOST[:PORT] or mqtts://HOST[:PORT]." };
    private readonly Option<string?> _username = new("--username") { Description = "With --gateway: the user name." };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = "With --username: a file that holds the password; it is copied to where only the agent reads it." };
    private readonly Option<string?> _caFile = new("--ca-file") { Description = "With --gateway: PEM file of the authorities to trust; default the system's." };
    private readonly Option<string?> _device = new("--device") { Description = "With --gateway: this device's id; default the host's name." };
    private readonly Option<string[]> _sensors = new("--sensor") { Description = "NAME=INTERVAL, such as system=10s: sample this one, and only those named so." };
    private readonly Option<bool> _allSensors = new("--all-sensors") { Description = "Sample all that is found, every 10 s (the default)." };
    private readonly Option<string?> _outbox = new("--outbox") { Description = "Most that may wait on disk, such as 512MiB; default 1GiB, on a small disk half of what is free." };
    private readonly Option<string?> _config = new("--config") { Description = "Directory of the settings; default /etc/iot-edge-agent." };
    private readonly Option<bool> _start = new("--start") { Description = "Enable and start the service, and wait for the first readings (the default where it is installed)." };
    private readonly Option<bool> _noStart = new("--no-start") { Description = "Leave the service alone." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Take the defaults for all that no flag answers, and ask nothing." };

    public static Command Create(string[] settings)
    {
        var setup = new SetupCommand();
        var command = new Command("setup", About)
        {
            setup._token, setup._tokenFile, setup._gateway, setup._username, setup._passwordFile, setup._caFile, setup._device, setup._sensors,
            setup._allSensors, setup._outbox, setup._config, setup._start, setup._noStart, setup._yes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(setup._token) is not null && result.GetValue(setup._tokenFile) is not null) result.AddError("--token and --token-file: give one of them.");
            if (result.GetValue(setup._start) && result.GetValue(setup._noStart)) result.AddError("--start and --no-start: give one of them.");
        });
        command.SetAction((parsed, cancellation) => setup.RunUntilInterruptedAsync(settings, parsed, cancellation));
        return command;
    }

    private async Task<int> RunUntilInterruptedAsync(string[] settings, ParseResult parsed, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        try
        {
            return await RunAsync(settings, parsed, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Terminal.Open().Cursor.Show(show: true); // a list of choices hides it
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Stopped. What was done is whole; the rest is not begun. Run the same again to go on.");
            return ExitCode.Failed;
        }
    }

    private async Task<int> RunAsync(string[] settings, ParseResult parsed, CancellationToken cancellation)
    {
        var options = AgentSettings.Load(AgentSettings.Sources(settings));
        var data = InstalledService.DirectoryFor(options.Data);
        var found = new SensorCatalog(NullLogger<SensorCatalog>.Instance, TimeProvider.System, data) { KeepsTotals = false }.Found().ToDictionary(sensor => sensor.Name, sensor => sensor.Options, StringComparer.OrdinalIgnoreCase);
        var (console, outbox) = (Terminal.Open(), SetupAnswers.DefaultOutbox(FreeBytes(data)));
        var flags = await FlagsAsync(parsed, cancellation);
        var identities = new IdentityFiles(data);
        if (flags.ToAnswers(identities.Read(), found.Keys, out var whyNot) is not { } answers) return await WrongAsync(parsed, whyNot);

        var asks = Terminal.IsAttended && console.Profile.Capabilities.Ansi && !parsed.GetValue(_yes);
        if (parsed.GetValue(_yes)) answers = answers.WithDefaults(outbox, Service.CanStart);
        var wizard = new Wizard(console, found, outbox, Service.CanStart);
        if (asks) answers = await wizard.AskAsync(answers, cancellation);
        if (answers.Missing().ToList() is { Count: > 0 } missing)
            return await WrongAsync(parsed, $"There is no terminal to ask at, and nobody has said: {string.Join("; ", missing)}. Give these, or --yes for the defaults. See iot-edge-agent setup --help.");

        var directory = parsed.GetValue(_config) ?? AgentSettings.SystemDirectory;
        var run = new SetupRun(console, new(settings, directory, identities), data, directory, found, TimeProvider.System);
        run.Show(answers);
        if (asks && !await wizard.ConfirmAsync("Do that?", isDefault: true, cancellation)) return await WrongAsync(parsed, "Nothing was changed.", ExitCode.Failed);

        return await run.RunAsync(answers, cancellation);
    }

    private async Task<SetupFlags> FlagsAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (token, tokenFile, passwordFile) = (parsed.GetValue(_token), parsed.GetValue(_tokenFile), parsed.GetValue(_passwordFile));
        return new(
            (token ?? tokenFile) is null ? null : await EnrollCommand.ReadAsync(token, tokenFile, cancellation),
            parsed.GetValue(_gateway),
            parsed.GetValue(_username),
            passwordFile is null ? null : (await File.ReadAllTextAsync(passwordFile, cancellation)).TrimEnd('\r', '\n'),
            parsed.GetValue(_caFile),
            parsed.GetValue(_device),
            parsed.GetValue(_sensors) ?? [],
            parsed.GetValue(_allSensors),
            parsed.GetValue(_outbox),
            parsed.GetValue(_start) ? true : parsed.GetValue(_noStart) ? false : null);
    }

    /// <summary>Where the data are, or will be.</summary>
    private static long FreeBytes(string directory)
    {
        var place = Path.GetFullPath(directory);
        while (!Directory.Exists(place)) place = Path.GetDirectoryName(place)!;
        return new PosixDisk().FreeBytes(place);
    }

    private static async Task<int> WrongAsync(ParseResult parsed, string problem, int exitCode = ExitCode.WrongUsage)
    {
        await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
        return exitCode;
    }
}
