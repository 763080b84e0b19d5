#pragma warning disable CA1416 // modes of files

using System.Text.Json;
using Iot.EdgeAgent.Tests.Enrollment;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>The real program, as a technician runs it.</summary>
public sealed class EnrollTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly TestAuthority _authority = new(TimeProvider.System.GetUtcNow());
    private EnrollingServer? _server;

    private EnrollingServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await EnrollingServer.StartAsync(_authority, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_line_that_the_gateway_prints_enrolls_and_keeps_the_token_out_of_the_process_list()
    {
        var (exitCode, output) = await RealProcess.RunAsync("bash", ["-c", $"{AgentProgram.Path} enroll - --Data:Path {_directory.Path} <<< {Server.Token()}"]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("Enrolled as pump-7", output, StringComparison.Ordinal);
        Assert.Contains("publishes to mqtts://127.0.0.1:8883", output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["identity.json"]));
    }

    [Fact]
    public async Task A_token_may_also_be_an_argument_or_in_a_file()
    {
        Assert.Equal(0, (await EnrollAsync(Server.Token())).ExitCode);

        await File.WriteAllTextAsync(_directory["token"], Server.Token() + "\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await EnrollAsync("--token-file", _directory["token"])).ExitCode);
    }

    [Theory]
    [InlineData("", "Give the token")]
    [InlineData("nonsense", "no enrollment token")]
    [InlineData("x --token-file y", "Give the token")]
    public async Task Without_a_token_it_says_where_one_comes_from(string words, string said)
    {
        var (exitCode, output) = await EnrollAsync(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_1_and_in_the_gateway_s_words()
    {
        Server.Fault = EnrollingServer.Refuses(403, "The token was used before, and holds once only.");

        var (exitCode, output) = await EnrollAsync(Server.Token());

        Assert.Equal(1, exitCode);
        Assert.Contains("pump-7 was not enrolled: The token was used before", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["identity.json"]));
    }

    [Fact]
    public async Task No_network_is_1_and_says_that_the_same_line_can_be_run_again()
    {
        var (exitCode, output) = await EnrollAsync(Server.Token(url: new($"https://127.0.0.1:{FreePort.Next()}")));

        Assert.Equal(1, exitCode);
        Assert.Contains("Connection refused", output, StringComparison.Ordinal);
        Assert.Contains("run the same again", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_is_one_device_does_not_become_another_by_mistake()
    {
        Assert.Equal(0, (await EnrollAsync(Server.Token())).ExitCode);

        var (exitCode, output) = await EnrollAsync(Server.Token("pump-8"));
        Assert.Equal(1, exitCode);
        Assert.Contains("This machine is pump-7 already", output, StringComparison.Ordinal);

        var (configured, said) = await EnrollAsync(Server.Token(), "--Device:Id", "pump-9");
        Assert.Equal(2, configured);
        Assert.Contains("the token is for pump-7", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_after_the_gateway_gave_the_certificate_the_same_line_gets_the_same_one()
    {
        var token = Server.Token();
        var given = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        Server.Fault = async http =>
        {
            given.TrySetResult();
            await killed.Task;
            http.Abort();
            return true;
        };
        await using (var first = RealProcess.Start(AgentProgram.Path, ["enroll", token, "--Data:Path", _directory.Path]))
        {
            await given.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await first.KillAsync();
            killed.SetResult();
        }

        Assert.False(File.Exists(_directory["identity.json"]));
        Server.Fault = null;

        Assert.Equal(0, (await EnrollAsync(token)).ExitCode);
        Assert.Equal((string?)Server.Requests[0]["csr"], (string?)Server.Requests[1]["csr"]);
        Assert.Equal(1, Server.Certificates);
    }

    [Fact]
    public async Task Enrolled_it_needs_no_configuration_and_status_shows_who_it_is()
    {
        var port = FreePort.Next();
        Server.Answering = answer => answer["mqtt"] = $"mqtts://127.0.0.1:{port}";
        Assert.Equal(0, (await EnrollAsync(Server.Token())).ExitCode);

        await using var agent = RealProcess.Start(AgentProgram.Path, ["run", "--Data:Path", _directory.Path]);
        await agent.LineAsync($"pump-7 has no connection to mqtts://127.0.0.1:{port}");
        Assert.Equal(0, await agent.StopAsync());

        var (_, output) = await RealProcess.RunAsync(AgentProgram.Path, ["status", "--json", "--Data:Path", _directory.Path]);
        using var status = JsonDocument.Parse(output);
        var identity = status.RootElement.GetProperty("identity");
        Assert.Equal("pump-7", identity.GetProperty("device").GetString());
        Assert.Matches("^[0-9A-F]{16}$", identity.GetProperty("serial").GetString());
        Assert.True(identity.GetProperty("nextRenewal").GetDateTimeOffset() < identity.GetProperty("notAfter").GetDateTimeOffset());
    }

    [Fact]
    public async Task Configured_as_another_device_than_enrolled_it_does_not_start_and_says_why()
    {
        Assert.Equal(0, (await EnrollAsync(Server.Token())).ExitCode);

        var (exitCode, output) = await RealProcess.RunAsync(AgentProgram.Path, ["run", "--Data:Path", _directory.Path, "--Device:Id", "pump-8"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("enrolled as pump-7", output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> EnrollAsync(params string[] words) =>
        RealProcess.RunAsync(AgentProgram.Path, ["enroll", .. words, "--Data:Path", _directory.Path]);
}
