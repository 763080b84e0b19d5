using System.Net.Sockets;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>What a person or a script sees.</summary>
public class CommandTests
{
    [Fact]
    public async Task Version_is_the_version_alone()
    {
        var (exitCode, output) = await RunAsync("--version");

        Assert.Equal(0, exitCode);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+$", output.Trim());
    }

    [Theory]
    [InlineData("--help"), InlineData("run --help"), InlineData("status --help"), InlineData("doctor --help"), InlineData("sensors --help"), InlineData("sensors test --help")]
    public async Task Every_command_has_help(string commandLine)
    {
        var (exitCode, output) = await RunAsync(commandLine.Split(' '));

        Assert.Equal(0, exitCode);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stauts", "stauts")]
    [InlineData("--Gateway:Url", "has no value")]
    [InlineData("--Gateway:Ulr mqtt://x", "did you mean Gateway:Url?")]
    [InlineData("run --Gateway:Url ftp://x", "must be mqtt://HOST")]
    [InlineData("sensors test nonsense", "sensors list")]
    public async Task Wrong_usage_is_2_and_says_what_is_wrong(string commandLine, string message)
    {
        var (exitCode, output) = await RunAsync(commandLine.Split(' '));

        Assert.Equal(2, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_machine_has_sensors_and_they_have_values()
    {
        var (listed, sensors) = await RunAsync("sensors", "list");
        Assert.Equal(0, listed);
        Assert.Contains("system.cpu", sensors, StringComparison.Ordinal);

        var (tested, readings) = await RunAsync("sensors", "test", "system", "--once");
        Assert.Equal(0, tested);
        Assert.Contains("cpu/usage", readings, StringComparison.Ordinal);
        Assert.Contains("memory/available", readings, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_agent_status_is_1()
    {
        using var directory = new TempDirectory();
        var (exitCode, output) = await RunAsync("status", "--Data:Path", directory.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("No agent has run", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_agents_on_one_outbox_are_one_too_many()
    {
        await using var agent = new AgentProgram(FreePort.Next());
        agent.Start();
        var first = agent.Process;
        await first.LineAsync("has no connection");
        agent.Start();

        Assert.Equal(1, await agent.Process.ExitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("in use by another process", agent.Process.Output, StringComparison.Ordinal);
        Assert.False(first.HasExited);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Under_systemd_it_says_ready_and_barks_and_says_stopping()
    {
        using var directory = new TempDirectory();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(directory["notify"]));
        await using var agent = RealProcess.Start(
            AgentProgram.Path,
            ["--Gateway:Url", $"mqtt://127.0.0.1:{FreePort.Next()}"],
            new Dictionary<string, string>
            {
                ["NOTIFY_SOCKET"] = directory["notify"],
                ["WATCHDOG_USEC"] = "2000000", // the socket holds ten words, and who barks at a full one waits
                ["STATE_DIRECTORY"] = directory["state"],
                ["RUNTIME_DIRECTORY"] = directory.Path,
            });

        Assert.Contains("READY=1", await UntilAsync(socket, "READY=1"), StringComparison.Ordinal);
        await UntilAsync(socket, "WATCHDOG=1");
        await UntilAsync(socket, "WATCHDOG=1");
        var stopping = agent.StopAsync();
        await UntilAsync(socket, "STOPPING=1");
        Assert.Equal(0, await stopping);
        Assert.True(Directory.Exists(directory["state/outbox"]));
        Assert.True(File.Exists(directory["status.json"]));
    }

    private static async Task<string> UntilAsync(Socket socket, string wanted)
    {
        var buffer = new byte[1024];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, limit.Token);
            var said = System.Text.Encoding.UTF8.GetString(buffer, 0, length);
            if (said.Contains(wanted, StringComparison.Ordinal)) return said;
        }
    }

    private static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RealProcess.RunAsync(AgentProgram.Path, arguments);
}
