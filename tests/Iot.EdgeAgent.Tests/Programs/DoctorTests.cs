#pragma warning disable CA1416 // modes of files

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Iot.Testing;

namespace Iot.EdgeAgent.Tests.Programs;

/// <summary>What the doctor finds where something is wrong. All well: the end-to-end tests.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_wrong_setting_is_named_and_nothing_else_is_examined()
    {
        var (exitCode, output) = await ExamineAsync("--Gateway:Ulr", "x");

        Assert.Equal(1, exitCode);
        Assert.Contains("fail  configuration  Gateway:Ulr: no such key; did you mean Gateway:Url?", output, StringComparison.Ordinal);
        Assert.DoesNotContain("tcp", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_file_that_the_service_cannot_read_is_found()
    {
        var file = _directory["50-setup.json"];
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var (exitCode, output) = await RealProcess.RunAsync(
            AgentProgram.Path, ["doctor", "--Data:Path", _directory["data"]], new Dictionary<string, string> { ["CONFIGURATION_DIRECTORY"] = _directory.Path });

        Assert.Equal(1, exitCode);
        Assert.Contains($"sudo chmod a+r {file}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_told_from_one_that_speaks_another_language()
    {
        var (_, refused) = await ExamineAsync("--Gateway:Url", Url("mqtt", FreePort.Next()));
        Assert.Contains("nothing listens on port", refused, StringComparison.Ordinal);

        using var closes = new TcpListener(IPAddress.Loopback, 0);
        closes.Start();
        var port = ((IPEndPoint)closes.LocalEndpoint).Port;
        var closing = HangUpAsync(closes);
        var (exitCode, output) = await ExamineAsync("--Gateway:Url", Url("mqtts", port));
        closes.Stop();
        await closing;

        Assert.Equal(1, exitCode);
        Assert.Contains("Does this port speak TLS", output, StringComparison.Ordinal);
        Assert.DoesNotContain("round trip", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_from_a_right_one()
    {
        await File.WriteAllTextAsync(_directory["users"], "pump:secret\n", TestContext.Current.CancellationToken);
        await RealProcess.RunAsync("mosquitto_passwd", ["-U", _directory["users"]]);
        await RealProcess.RunAsync("chmod", ["-R", "a+rX", _directory.Path]); // mosquitto drops its privileges before it reads
        var port = FreePort.Next();
        await File.WriteAllTextAsync(_directory["mosquitto.conf"], string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {_directory["users"]}\n"), TestContext.Current.CancellationToken);
        await using var broker = RealProcess.Start("mosquitto", ["-v", "-c", _directory["mosquitto.conf"]]);
        await broker.LineAsync("running");

        var (wrong, why) = await ExamineAsync("--Gateway:Url", Url("mqtt", port), "--Gateway:Username", "pump", "--Gateway:Password", "guess");
        var (right, well) = await ExamineAsync("--Gateway:Url", Url("mqtt", port), "--Gateway:Username", "pump", "--Gateway:Password", "secret");

        Assert.Equal(1, wrong);
        Assert.Matches("fail  mqtt .*iot-gateway devices", why);
        Assert.Equal(0, right);
        Assert.Matches("ok    round trip .*acknowledged", well);
    }

    [Fact]
    public async Task A_sensor_that_gives_nothing_is_named_and_the_others_are_asked()
    {
        var (exitCode, output) = await ExamineAsync("--Sensors:board:Kind", "Hwmon", "--Sensors:made:Kind", "Simulated", "--Sensors:zones:Kind", "Thermal");

        var absent = new[] { "/sys/class/hwmon", "/sys/class/thermal" }.Count(path => !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any());
        Assert.Equal(1, exitCode); // nothing listens either
        Assert.Equal(absent, output.Split('\n').Count(line => line.StartsWith("fail  sensors", StringComparison.Ordinal)));
        Assert.Matches("ok    sensors .*made", output);
    }

    [Fact]
    public async Task A_file_of_another_user_among_the_data_is_found()
    {
        Directory.CreateDirectory(_directory["data"]);
        var file = _directory["data/identity.lock"];
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var (given, _) = await RealProcess.RunAsync("chown", ["12345", file]);

        var (_, output) = await RealProcess.RunAsync(AgentProgram.Path, ["doctor", "--Data:Path", _directory["data"]]);

        Assert.Equal(given == 0, output.Contains($"'{file}' belongs to another user", StringComparison.Ordinal)); // only root may give a file away
    }

    private Task<(int ExitCode, string Output)> ExamineAsync(params string[] settings) =>
        RealProcess.RunAsync(AgentProgram.Path, ["doctor", "--Data:Path", _directory["data"], .. settings]);

    private static string Url(string scheme, int port) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}");

    private static async Task HangUpAsync(TcpListener listener)
    {
        try
        {
            while (true) (await listener.AcceptSocketAsync()).Dispose();
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // stopped by the test, in the call or before it
        }
    }
}
