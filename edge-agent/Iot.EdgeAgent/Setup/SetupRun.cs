using System.Text;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Observability;
using Iot.EdgeAgent.Sensors;
using Iot.Journal;
using Spectre.Console;

namespace Iot.EdgeAgent.Setup;

/// <summary>Does what was answered: enroll, write, start, wait for the first batch. Each step is whole or not done; the whole can be run again.</summary>
internal sealed class SetupRun(
    IAnsiConsole console, SetupCheck check, string dataPath, string settingsPath, IReadOnlyDictionary<string, SensorOptions> found, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private string PasswordFile => Path.GetFullPath(Path.Combine(dataPath, "gateway.password"));

    /// <exception cref="Configuration.SettingsException">No agent starts with it, or none would do what was answered.</exception>
    public void Show(SetupAnswers answers)
    {
        var content = SetupFile.Content(answers, found, PasswordFile);
        check.Run(answers, content);
        if (answers.Token is { } token) console.MarkupLineInterpolated($"Enrolls as [bold]{token.Device}[/] at {token.Gateway}");
        if (answers.Identity is { } identity) console.MarkupLineInterpolated($"Stays [bold]{identity.Device}[/] at {identity.Gateway}");
        console.MarkupLineInterpolated($"Samples {(answers.Sensors is { Count: > 0 } chosen ? string.Join(", ", chosen.Select(sensor => $"{sensor.Key} every {Amounts.Duration(sensor.Value)}")) : "all that it finds, every 10 s")}");
        console.MarkupLineInterpolated($"Writes {Path.Combine(settingsPath, SetupFile.Name)}:");
        console.WriteLine(SetupFile.Text(content));
    }

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(SetupAnswers answers, CancellationToken cancellation)
    {
        if (answers.Token is { } token)
        {
            var given = await TokenExchange.RunAsync(token, dataPath, clock, cancellation);
            if (given.Identity is not { } identity) return Wrong(given.Problem);

            answers = answers with { Token = null, Identity = identity };
            Done($"enrolled as {identity.Device}; the certificate is renewed by itself");
        }

        cancellation.ThrowIfCancellationRequested(); // from here on to the end of the writing nothing is broken off
        if (answers.Gateway?.Password is { } password) Keep(password);
        Done($"wrote {SetupFile.Write(settingsPath, SetupFile.Content(answers, found, PasswordFile))}");
        return answers.Start is true ? await StartAsync(answers, cancellation) : Next();
    }

    private async Task<int> StartAsync(SetupAnswers answers, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var before = StatusFile.Read(dataPath);
        if (await Service.StartAsync(cancellation) is { } problem) return Wrong(problem);

        Done("the service runs, and starts at every boot");
        var first = new FirstBatch(dataPath, before, clock);
        var came = await console.Status().StartAsync("waiting for the first readings", context =>
            first.WaitAsync(Longest, stood => context.Status(Markup.Escape(stood)), cancellation));
        if (first.LocalProblems.Count > 0) return Wrong($"The agent runs on with its last good settings, not with these: {string.Join(' ', first.LocalProblems)}");
        if (!came) return Wrong($"The gateway has acknowledged nothing within {Amounts.Duration(Longest)} ({first.Stand}); the agent goes on trying, and what it samples is kept. Find out why: sudo iot-edge-agent doctor");

        Done($"the gateway has acknowledged the first readings, {Amounts.Duration(TimeSpan.FromSeconds(Math.Ceiling(clock.GetElapsedTime(began).TotalSeconds)))} after the start");
        console.MarkupLineInterpolated($"See them at {(answers.Identity is { } device ? $"{device.Gateway}devices/{device.Device}" : "the gateway's dashboard")}; how it fares: sudo iot-edge-agent status");
        return ExitCode.Done;
    }

    /// <summary>Beside the identity, where the service's user may read it and nobody else.</summary>
    private void Keep(string password)
    {
        var disk = new PosixDisk();
        disk.CreateDirectory(dataPath);
        PrivateFile.Write(disk, PasswordFile, Encoding.UTF8.GetBytes(password));
    }

    private int Next()
    {
        console.MarkupLineInterpolated($"Next: {(Service.CanStart ? $"sudo systemctl enable --now {InstalledService.Unit}" : "iot-edge-agent run")}");
        return ExitCode.Done;
    }

    private void Done(string what) => console.MarkupLineInterpolated($"[green]✓[/] {what}");

    private int Wrong(string problem)
    {
        console.MarkupLineInterpolated($"[red]✗[/] {problem}");
        return ExitCode.Failed;
    }
}
