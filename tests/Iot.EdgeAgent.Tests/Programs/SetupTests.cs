#pragma warning disable CA1416 // modes of files

using System.Text.Json;
using Iot.EdgeAgent.Tests.Enrollment;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>Setup as a script runs it: no terminal, flags only.</summary>
public sealed class SetupTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly TestAuthority _authority = new(TimeProvider.System.GetUtcNow());
    private EnrollingServer? _server;

    private EnrollingServer Server => _server!;

    private string SettingsFile => _directory["etc/50-setup.json"];

    public async ValueTask InitializeAsync() => _server = await EnrollingServer.StartAsync(_authority, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("", "--token TOKEN or --gateway URL; --all-sensors or --sensor NAME=INTERVAL; --outbox SIZE; --start or --no-start")]
    [InlineData("--gateway mqtt://x --all-sensors --no-start", "--device ID; --outbox SIZE")]
    [InlineData("--yes", "--token TOKEN or --gateway URL")]
    [InlineData("--yes --gateway http://x", "--gateway http://x: must be mqtt://HOST")]
    [InlineData("--yes --gateway mqtt://x --sensor kitchen=1s", "there is no 'kitchen' here; found were system")]
    [InlineData("--yes --gateway mqtt://x --sensor system=now", "--sensor system=now: write how often")]
    [InlineData("--yes --gateway mqtt://x --outbox huge", "huge: write the size")]
    [InlineData("--yes --gateway mqtt://x --username pump", "--password-file")]
    [InlineData("--yes --device pump-7", "go with --gateway")]
    [InlineData("--yes --token nonsense", "no enrollment token")]
    [InlineData("--yes --start --no-start", "give one of them")]
    public async Task Without_a_terminal_it_never_waits_and_names_the_flag(string flags, string said)
    {
        var (exitCode, output) = await SetupAsync(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["etc"]));
    }

    [Fact]
    public async Task A_token_enrolls_and_the_settings_hold_only_what_differs_from_the_defaults()
    {
        var (exitCode, output) = await SetupAsync("--token", Server.Token(), "--yes", "--no-start", "--outbox", "64MiB");

        Assert.True(exitCode == 0, output);
        Assert.Contains("enrolled as pump-7", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_directory["data/identity.json"]));
        using var written = await WrittenAsync();
        Assert.Equal(["Outbox"], written.RootElement.EnumerateObject().Select(section => section.Name));
        Assert.True(File.GetUnixFileMode(SettingsFile).HasFlag(UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task Run_again_with_other_answers_it_keeps_the_identity_and_replaces_the_file()
    {
        Assert.Equal(0, (await SetupAsync("--token", Server.Token(), "--yes", "--no-start", "--outbox", "64MiB")).ExitCode);

        var (exitCode, output) = await SetupAsync("--yes", "--no-start", "--sensor", "system=5s");

        Assert.True(exitCode == 0, output);
        Assert.Contains("Stays pump-7", output, StringComparison.Ordinal);
        using var written = await WrittenAsync();
        Assert.Equal("00:00:05", written.RootElement.GetProperty("Sensors").GetProperty("system").GetProperty("Interval").GetString());
        Assert.Equal(1, Server.Certificates);
        Assert.Equal([SettingsFile], Directory.EnumerateFiles(_directory["etc"]));
    }

    [Fact]
    public async Task An_enrolled_machine_does_not_become_another_device_beside_its_identity()
    {
        Assert.Equal(0, (await SetupAsync("--token", Server.Token(), "--yes", "--no-start", "--outbox", "64MiB")).ExitCode);
        var before = await File.ReadAllTextAsync(SettingsFile, TestContext.Current.CancellationToken);

        var (exitCode, output) = await SetupAsync("--gateway", "mqtt://127.0.0.1:1", "--device", "pump-8", "--yes", "--no-start");

        Assert.Equal(2, exitCode);
        Assert.Contains("This machine is pump-7 at", output, StringComparison.Ordinal);
        Assert.Contains($"move '{_directory["data/identity.json"]}' aside", output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(SettingsFile, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await SetupAsync("--gateway", "mqtt://127.0.0.1:1", "--device", "pump-7", "--yes", "--no-start")).ExitCode);
    }

    [Theory]
    [InlineData("""{ "Device": { "Id": "pump-8" } }""", "Device:Id = pump-8")]
    [InlineData("""{ "Outbox": { "MaxBytes": "many" } }""", "Outbox:MaxBytes")]
    public async Task Settings_that_do_not_go_with_the_token_are_found_before_it_is_used(string other, string said)
    {
        Directory.CreateDirectory(_directory["etc"]);
        await File.WriteAllTextAsync(_directory["etc/10-site.json"], other, TestContext.Current.CancellationToken);

        var (exitCode, output) = await SetupAsync("--token", Server.Token(), "--yes", "--no-start");

        Assert.Equal(2, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Equal(0, Server.Certificates);
        Assert.False(File.Exists(SettingsFile));
    }

    [Fact]
    public async Task A_file_that_would_win_over_the_answer_is_named()
    {
        Directory.CreateDirectory(_directory["etc"]);
        await File.WriteAllTextAsync(_directory["etc/60-old.json"], """{ "Gateway": { "Url": "mqtt://old.example" } }""", TestContext.Current.CancellationToken);

        var (exitCode, output) = await SetupAsync("--gateway", "mqtt://new.example", "--device", "pump-7", "--yes", "--no-start");

        Assert.Equal(2, exitCode);
        Assert.Contains("Gateway:Url = mqtt://old.example", output, StringComparison.Ordinal);
        Assert.Contains("60-old.json", output, StringComparison.Ordinal);
        Assert.False(File.Exists(SettingsFile));
    }

    [Fact]
    public async Task A_gateway_that_refuses_leaves_everything_as_it_was()
    {
        Server.Fault = EnrollingServer.Refuses(403, "The token was used before, and holds once only.");

        var (exitCode, output) = await SetupAsync("--token", Server.Token(), "--yes", "--no-start");

        Assert.Equal(1, exitCode);
        Assert.Contains("The token was used before", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["etc"]));
    }

    [Fact]
    public async Task A_password_is_kept_where_only_the_agent_reads_it()
    {
        await File.WriteAllTextAsync(_directory["password"], "secret\n", TestContext.Current.CancellationToken);

        var (exitCode, output) = await SetupAsync("--gateway", "mqtts://gw.example", "--device", "pump-7", "--username", "pump", "--password-file", _directory["password"], "--yes", "--no-start");

        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("secret", output + await File.ReadAllTextAsync(SettingsFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var written = await WrittenAsync();
        var kept = written.RootElement.GetProperty("Gateway").GetProperty("PasswordFile").GetString()!;
        Assert.Equal("secret", await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        var (_, examined) = await RealProcess.RunAsync(AgentProgram.Path, ["sensors", "list"], new Dictionary<string, string> { ["CONFIGURATION_DIRECTORY"] = _directory["etc"] });
        Assert.Contains("system.cpu", examined, StringComparison.Ordinal); // an agent takes these settings
    }

    [Fact]
    public async Task Where_there_is_no_systemd_it_says_how_to_start_by_hand()
    {
        var (exitCode, output) = await RealProcess.RunAsync(
            AgentProgram.Path,
            ["setup", "--gateway", "mqtt://127.0.0.1:1", "--yes", "--start", "--config", _directory["etc"], "--Data:Path", _directory["data"]],
            new Dictionary<string, string> { ["PATH"] = _directory.Path });

        Assert.Equal(1, exitCode);
        Assert.Contains("Without systemd start it by hand", output, StringComparison.Ordinal);
    }

    private async Task<JsonDocument> WrittenAsync() => JsonDocument.Parse(await File.ReadAllTextAsync(SettingsFile, TestContext.Current.CancellationToken));

    /// <summary>With an empty stdin, as under cron.</summary>
    private Task<(int ExitCode, string Output)> SetupAsync(params string[] flags) => RealProcess.RunAsync(
        "bash", ["-c", "exec \"$0\" \"$@\" </dev/null", AgentProgram.Path, "setup", .. flags, "--config", _directory["etc"], "--Data:Path", _directory["data"]]);
}
