using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.Wire;
using Spectre.Console;

namespace Iot.EdgeAgent.Setup;

/// <summary>Asks what no flag has answered. Short questions with defaults: somebody stands on a ladder.</summary>
internal sealed class Wizard(IAnsiConsole console, IReadOnlyDictionary<string, SensorOptions> found, long defaultOutbox, bool canStart)
{
    private const string DefaultInterval = "10s";

    public async Task<SetupAnswers> AskAsync(SetupAnswers answers, CancellationToken cancellation)
    {
        if (answers.Identity is { } identity) answers = await KeepAsync(answers, identity, cancellation);
        if (!answers.KnowsGateway) answers = await GatewayAsync(answers, cancellation);
        if (answers.Gateway is not null && answers.Device is null)
            answers = answers with { Device = DeviceId.Parse(await TextAsync("This device's id", Fleet.ThisDevice(new()).Value, DeviceProblem, cancellation)) };
        if (answers.Sensors is null) answers = answers with { Sensors = await SensorsAsync(cancellation) };
        if (answers.OutboxBytes is null)
        {
            var size = await TextAsync("Most that may wait on disk while the gateway is away", Amounts.Bytes(defaultOutbox), SizeProblem, cancellation);
            answers = answers with { OutboxBytes = TypedAmount.TryParseSize(size, out var bytes, out _) ? bytes : defaultOutbox };
        }

        return answers.Start is null ? answers with { Start = await ConfirmAsync("Start the service now, and at every boot?", canStart, cancellation) } : answers;
    }

    public Task<bool> ConfirmAsync(string question, bool isDefault, CancellationToken cancellation) =>
        console.PromptAsync(new ConfirmationPrompt(Markup.Escape(question)) { DefaultValue = isDefault }, cancellation);

    private async Task<SetupAnswers> KeepAsync(SetupAnswers answers, DeviceIdentity identity, CancellationToken cancellation)
    {
        if (await ConfirmAsync($"This machine is {identity.Device} at {identity.Gateway.Authority} already. Keep that?", isDefault: true, cancellation)) return answers;

        console.MarkupLineInterpolated($"With another gateway it stays {identity.Device}; to be another device it needs its identity.json moved aside first.");
        return answers with { Identity = null, Device = answers.Device ?? identity.Device };
    }

    private async Task<SetupAnswers> GatewayAsync(SetupAnswers answers, CancellationToken cancellation)
    {
        var given = (await TextAsync("Enrollment token (from 'iot-gateway devices add'), or the gateway's address", isDefault: null, GatewayProblem, cancellation)).Trim();
        if (EnrollmentToken.TryParse(given, out var token, out _)) return answers with { Token = token };

        var user = await TextAsync("User name (empty: none)", "", static _ => "", cancellation);
        if (user.Length == 0) return answers with { Gateway = new(given, Username: null, Password: null, CaFile: null) };

        var password = await console.PromptAsync(new TextPrompt<string>("Password:").Secret(), cancellation);
        return answers with { Gateway = new(given, user, password, CaFile: null) };
    }

    /// <summary>All at the default interval is written as nothing at all, so that a sensor plugged in later is sampled, too.</summary>
    private async Task<IReadOnlyDictionary<string, TimeSpan>> SensorsAsync(CancellationToken cancellation)
    {
        var choice = new MultiSelectionPrompt<string>()
            .Title("Which sensors?")
            .InstructionsText("[grey](space: off and on, enter: go on)[/]")
            .AddChoices(found.Keys);
        foreach (var name in found.Keys) choice.Select(name);
        var chosen = await console.PromptAsync(choice, cancellation);
        console.MarkupLineInterpolated($"Sensors: {string.Join(", ", chosen)}");
        var interval = await TextAsync("How often?", DefaultInterval, IntervalProblem, cancellation);

        _ = TypedAmount.TryParseInterval(interval, out var every, out _);
        _ = TypedAmount.TryParseInterval(DefaultInterval, out var usual, out _);
        return chosen.Count == found.Count && every == usual ? SetupAnswers.AllSensors : chosen.ToDictionary(name => name, _ => every, StringComparer.OrdinalIgnoreCase);
    }

    private Task<string> TextAsync(string question, string? isDefault, Func<string, string> problem, CancellationToken cancellation)
    {
        var prompt = new TextPrompt<string>(Markup.Escape(question) + (isDefault is null ? ":" : ""))
            .Validate(answer => problem(answer) is { Length: > 0 } why ? ValidationResult.Error(Markup.Escape(why)) : ValidationResult.Success());
        if (isDefault is "") prompt.AllowEmpty();
        else if (isDefault is not null) prompt.DefaultValue(isDefault);
        return console.PromptAsync(prompt, cancellation);
    }

    private static string GatewayProblem(string text) => EnrollmentToken.TryParse(text, out _, out var whyNot) || GatewayAddress.TryParse(text.Trim(), out _)
        ? ""
        : text.Contains("://", StringComparison.Ordinal) ? "An address is mqtt://HOST[:PORT] or, with TLS, mqtts://HOST[:PORT]." : whyNot;

    private static string DeviceProblem(string text) => DeviceId.TryParse(text, out _) ? "" : "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit.";

    private static string IntervalProblem(string text) => TypedAmount.TryParseInterval(text, out _, out var whyNot) ? "" : whyNot;

    private static string SizeProblem(string text) => TypedAmount.TryParseSize(text, out _, out var whyNot) ? "" : whyNot;
}
