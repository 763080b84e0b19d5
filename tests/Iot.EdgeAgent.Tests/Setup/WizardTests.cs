using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Setup;
using Spectre.Console.Testing;

namespace Iot.EdgeAgent.Tests.Setup;

/// <summary>What a person is asked, and what becomes of the answers.</summary>
public sealed class WizardTests : IDisposable
{
    private const long Gigabyte = 1L << 30;

    private static readonly Dictionary<string, SensorOptions> Found = new()
    {
        ["system"] = new() { Kind = SensorKind.System },
        ["thermal"] = new() { Kind = SensorKind.Thermal },
    };

    private readonly TestConsole _console = new TestConsole().Interactive();

    public void Dispose() => _console.Dispose();

    [Fact]
    public async Task Enter_takes_every_default()
    {
        Type("mqtt://gw.example", "", "pump-7", "", "", "", "");

        var answers = await AskAsync(new());

        Assert.Equal(new("mqtt://gw.example", null, null, null), answers.Gateway);
        Assert.Equal("pump-7", answers.Device?.Value);
        Assert.Same(SetupAnswers.AllSensors, answers.Sensors);
        Assert.Equal(Gigabyte, answers.OutboxBytes);
        Assert.True(answers.Start);
        Assert.Empty(answers.Missing());
    }

    [Fact]
    public async Task A_wrong_answer_is_asked_again_and_says_what_is_taken()
    {
        Type("http://gw", "gw", "mqtts://gw.example", "", "pump 7", "pump-7", "", "often", "5s", "a lot", "64MiB", "n");

        var answers = await AskAsync(new());

        Assert.Contains("mqtt://HOST[:PORT]", _console.Output, StringComparison.Ordinal);
        Assert.Contains("no enrollment token", _console.Output, StringComparison.Ordinal);
        Assert.Contains("1 to 64 of A-Z a-z 0-9", _console.Output, StringComparison.Ordinal);
        Assert.Contains("500ms, 10s, 5min", _console.Output, StringComparison.Ordinal);
        Assert.Contains("512MiB or 2GiB", _console.Output, StringComparison.Ordinal);
        Assert.Equal(64L << 20, answers.OutboxBytes);
        Assert.Equal(TimeSpan.FromSeconds(5), answers.Sensors!["thermal"]);
        Assert.False(answers.Start);
    }

    [Fact]
    public async Task A_sensor_that_is_switched_off_is_left_out()
    {
        Type("mqtt://gw.example", "", "pump-7");
        _console.Input.PushKey(ConsoleKey.Spacebar); // the first of the list
        Type("", "", "", "");

        var answers = await AskAsync(new());

        Assert.Equal(["thermal"], answers.Sensors!.Keys);
    }

    [Fact]
    public async Task A_password_is_asked_for_and_not_shown()
    {
        Type("mqtt://gw.example", "pump", "secret", "pump-7", "", "", "", "");

        var answers = await AskAsync(new());

        Assert.Equal("secret", answers.Gateway!.Password);
        Assert.DoesNotContain("secret", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_flags_have_answered_is_not_asked()
    {
        var known = new SetupAnswers(
            Gateway: new("mqtt://gw.example", null, null, null), Device: Wire.DeviceId.Parse("pump-7"), Sensors: SetupAnswers.AllSensors, OutboxBytes: Gigabyte, Start: false);

        Assert.Equal(known, await AskAsync(known));
        Assert.Empty(_console.Output);
    }

    private Task<SetupAnswers> AskAsync(SetupAnswers answers) => new Wizard(_console, Found, Gigabyte, canStart: true).AskAsync(answers, TestContext.Current.CancellationToken);

    private void Type(params string[] lines)
    {
        foreach (var line in lines) _console.Input.PushTextWithEnter(line);
    }
}
