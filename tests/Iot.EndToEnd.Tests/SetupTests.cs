#pragma warning disable CA1416 // modes of files

using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>From one line to the first point: the real agent's setup at a real gateway. What systemctl would do is done by this test.</summary>
public sealed class SetupTests : IAsyncLifetime
{
    private const string Device = "pump-7";

    private readonly TempDirectory _directory = new();
    private GatewayProcess? _gateway;

    private GatewayProcess Gateway => _gateway!;

    private string Started => _directory["started"];

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayProcess.StartAsync(new Surroundings { IsSecure = true });
        Directory.CreateDirectory(_directory["bin"]);
        await File.WriteAllTextAsync(_directory["bin/systemctl"], $"#!/bin/sh\n[ \"$1 $2\" = \"restart iot-edge-agent.service\" ] || exit 0\ntouch {Started}\n");
        File.SetUnixFileMode(_directory["bin/systemctl"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task One_line_leads_to_the_first_readings()
    {
        var token = await TokenAsync();
        await using var setup = Bash($"iot-edge-agent setup --token - --yes --start --sensor system=1s {Places} <<< {token}");
        await using var agent = await AgentAsync();

        Assert.True(await setup.ExitAsync(TimeSpan.FromMinutes(2)) == 0, setup.Output);
        Assert.Contains("has acknowledged the first readings", setup.Output, StringComparison.Ordinal);
        Assert.Contains($"See them at {Gateway.Http.BaseAddress}", setup.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, setup.Output, StringComparison.Ordinal);
        await ArrivesAsync();
    }

    /// <summary>A pseudo-terminal, and keys as somebody presses them.</summary>
    [Fact]
    public async Task At_a_terminal_it_asks_and_does_what_was_answered()
    {
        var token = await TokenAsync();
        var keys = string.Join("\\r", token, "" /* all sensors */, "1s", "64MiB", "y" /* start */, "y" /* do that */, "");
        await using var setup = Bash($"printf '{keys}' | {AtTerminal}");
        await using var agent = await AgentAsync();

        Assert.Equal("0", await CodeAsync(setup));
        Assert.Contains("Which sensors?", setup.Output, StringComparison.Ordinal);
        Assert.Contains("has acknowledged the first", setup.Output, StringComparison.Ordinal);
        Assert.Contains("\"MaxBytes\": 67108864", await File.ReadAllTextAsync(_directory["etc/50-setup.json"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await ArrivesAsync();
    }

    [Fact]
    public async Task Ctrl_C_at_a_question_leaves_nothing_behind()
    {
        const string keys = "mqtt://gw\r\rpump-7\r";
        await File.WriteAllTextAsync(_directory["keys"], keys, TestContext.Current.CancellationToken);
        await using var setup = Bash( // its stdin ends behind the key that is still to come
            $"{AtTerminal} < <(tail -n +1 -f --pid=$$ {_directory["keys"]} | stdbuf -o0 head -c {keys.Length + 1})");
        await setup.LineAsync("Which sensors?", TimeSpan.FromMinutes(1));
        await File.AppendAllTextAsync(_directory["keys"], "\x03", TestContext.Current.CancellationToken);

        Assert.Equal("1", await CodeAsync(setup));
        Assert.Contains("Stopped.", setup.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["etc"]));
        Assert.False(Directory.Exists(_directory["data"]));
    }

    private string Places => $"--config {_directory["etc"]} --Data:Path {_directory["data"]}";

    /// <summary>Ctrl+C goes to the shell behind the pseudo-terminal as well: with a trap it lives on and writes the code. Run in the background, a test would ignore it.</summary>
    private string AtTerminal => $"TERM=xterm env --default-signal=INT script -qec \"trap : INT; iot-edge-agent setup {Places}; echo \\$? > {_directory["code"]}\" /dev/null";

    /// <summary>Of the program behind the pseudo-terminal. From a file: what is written just before a terminal closes may be lost with it.</summary>
    private async Task<string> CodeAsync(RealProcess setup)
    {
        await setup.ExitAsync(TimeSpan.FromMinutes(2));
        return (await File.ReadAllTextAsync(_directory["code"], TestContext.Current.CancellationToken)).Trim();
    }

    private RealProcess Bash(string line) => RealProcess.Start("bash", ["-c", line], new Dictionary<string, string>
    {
        ["PATH"] = $"{_directory["bin"]}:{Path.GetDirectoryName(BuiltProgram.EdgeAgent)}:{Environment.GetEnvironmentVariable("PATH")}",
    });

    /// <summary>As soon as the service is to be started.</summary>
    private async Task<RealProcess> AgentAsync()
    {
        await Eventually.TrueAsync(() => File.Exists(Started), "the service is to be started", TimeSpan.FromMinutes(1));
        return RealProcess.Start(
            BuiltProgram.EdgeAgent,
            ["run", "--Data:Path", _directory["data"], "--Gateway:MinBackoff", "00:00:00.100"],
            new Dictionary<string, string> { ["CONFIGURATION_DIRECTORY"] = _directory["etc"] });
    }

    private async Task<string> TokenAsync()
    {
        var added = await Gateway.CommandAsync("devices", "add", Device);
        Assert.True(added.ExitCode == 0, added.Errors);
        return added.Output.Split('\n').Single(line => line.StartsWith("  iot-edge-agent enroll ", StringComparison.Ordinal)).Trim().Split(' ')[^1];
    }

    private Task ArrivesAsync() => Eventually.TrueAsync(
        async () => (await Gateway.GetAsync($"api/v1/series?device={Device}")).GetProperty("series").GetArrayLength() > 0, "readings are stored");
}
