#pragma warning disable CA1416 // modes of files: the gateway runs on Linux

using System.Diagnostics;
using System.Text.Json;
using Iot.EndToEnd.Tests.Load;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>A gateway as it stands in a network that nobody trusts: HTTPS, MQTT with TLS, no stranger; by curl, openssl and mosquitto's clients.</summary>
public sealed class SecureGatewayTests : IDisposable
{
    private static readonly Surroundings Secure = new() { IsSecure = true };
    private readonly TempDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task From_a_token_over_HTTPS_to_readings_in_the_books_until_the_device_is_shut_out()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(gateway.DataPath));
        await EnrollAsync(gateway, "pump-7");

        Assert.Equal(0, (await PublishAsync(gateway, "pump-7", seq: 1)).ExitCode);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 1 }, "the reading is in the books");
        await using var listener = RealProcess.Start("stdbuf", ["-oL", "mosquitto_sub", .. Words(gateway, "pump-7"), "-i", "pump-7-listener", "-V", "5", "-t", "v1/devices/pump-7/config/desired", "-d"]);
        await listener.LineAsync("Subscribed");

        var disabled = Stopwatch.GetTimestamp();
        Assert.Equal(0, (await gateway.CommandAsync("devices", "disable", "pump-7")).ExitCode);
        await listener.LineAsync("Received DISCONNECT (152)");
        TestContext.Current.TestOutputHelper?.WriteLine($"disconnected {Stopwatch.GetElapsedTime(disabled)} after the command was typed");
        Assert.NotEqual(0, (await PublishAsync(gateway, "pump-7", seq: 2)).ExitCode);

        Assert.Equal(0, (await gateway.CommandAsync("devices", "enable", "pump-7")).ExitCode);
        Assert.Equal(0, (await PublishAsync(gateway, "pump-7", seq: 2)).ExitCode);
        var acts = (await gateway.CommandAsync("audit", "list", "--limit", "100")).Output;
        foreach (var act in new[] { "device.add", "device.enrolled", "device.disable", "device.enable", "mqtt.connect.refused" }) Assert.Contains(act, acts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_made_lets_its_device_in_and_stands_in_no_output()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        Assert.Equal(0, (await gateway.CommandAsync("devices", "add", "pump-7")).ExitCode);
        var printed = (await gateway.CommandAsync("devices", "password", "pump-7")).Output;
        var password = printed.Split("password ")[1].Split('\n')[0].Trim();

        var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub",
            ["-h", "localhost", "-p", $"{gateway.MqttTlsPort}", "--cafile", gateway.RootFile, "-u", "pump-7", "-P", password, "-q", "1", "-t", "v1/devices/pump-7/telemetry", "-m", Pack(1)]);

        Assert.True(exitCode == 0, output);
        await Eventually.TrueAsync(async () => await Books.OfAsync(gateway, "pump-7") is { Accepted: 1 }, "the reading is in the books");
        await gateway.StopAsync();
        Assert.DoesNotContain(password, gateway.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(password, await Everything(gateway.DataPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_believes_the_gateway_by_its_root_and_by_no_other()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await using var other = await GatewayProcess.StartAsync(Secure);

        Assert.Equal(0, await CurlAsync("--cacert", gateway.RootFile, $"{gateway.Http.BaseAddress}health/ready"));
        Assert.Equal(60, await CurlAsync("--cacert", other.RootFile, $"{gateway.Http.BaseAddress}health/ready"));
        Assert.NotEqual(0, await CurlAsync("--cacert", gateway.RootFile, "--tls-max", "1.1", $"{gateway.Http.BaseAddress}health/ready"));
        Assert.Equal(60, await CurlAsync("--cacert", gateway.RootFile, "--connect-to", $"elsewhere.example:443:127.0.0.1:{gateway.Http.BaseAddress!.Port}", "https://elsewhere.example/health/ready"));
    }

    [Fact]
    public async Task Commands_ask_the_gateway_whose_data_they_know_and_no_other()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await using var other = await GatewayProcess.StartAsync(Secure);
        Assert.Equal(0, (await gateway.CommandAsync("health")).ExitCode);

        await using var command = RealProcess.Start(BuiltProgram.Gateway, ["health", "--Data:Path", other.DataPath, "--Http:Url", gateway.Http.BaseAddress!.ToString()]);

        Assert.Equal(1, await command.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("does not show the certificate of the gateway whose data these are", command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_CA_is_rotated_while_devices_publish_and_nobody_is_cut_off()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure);
        await EnrollAsync(gateway, "pump-7");
        await using var live = RealProcess.Start("stdbuf", ["-oL", "mosquitto_sub", .. Words(gateway, "pump-7"), "-i", "pump-7-listener", "-t", "v1/devices/pump-7/config/desired", "-d"]);
        await live.LineAsync("Subscribed");

        var rotated = await gateway.CommandAsync("ca", "rotate");
        Assert.True(rotated.ExitCode == 0, rotated.Errors);
        Assert.Contains("1 of them have not met the new root: pump-7", rotated.Output, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await RootsAsync(gateway)).Split("BEGIN CERTIFICATE").Length == 3, "devices are told two roots");
        Assert.Equal(0, (await PublishAsync(gateway, "pump-7", seq: 1)).ExitCode); // trusts the old root only
        Assert.False(live.HasExited);
        await EnrollAsync(gateway, "pump-8");
        Assert.Equal(0, (await PublishAsync(gateway, "pump-8", seq: 1)).ExitCode); // trusts both

        var early = await gateway.CommandAsync("ca", "retire");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("pump-7", early.Errors, StringComparison.Ordinal);
        await EnrollAsync(gateway, "pump-7", again: true);
        Assert.Equal(0, (await gateway.CommandAsync("ca", "retire")).ExitCode);
        await Eventually.TrueAsync(async () => (await RootsAsync(gateway)).Split("BEGIN CERTIFICATE").Length == 2, "devices are told one root");

        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        Assert.Equal(0, (await PublishAsync(gateway, "pump-7", seq: 2)).ExitCode);
        Assert.Equal(0, (await PublishAsync(gateway, "pump-8", seq: 2)).ExitCode);
    }

    /// <summary>As a person without an agent does it: curl and openssl.</summary>
    private async Task EnrollAsync(GatewayProcess gateway, string device, bool again = false)
    {
        var added = await gateway.CommandAsync(again ? ["devices", "token", device] : ["devices", "add", device]);
        Assert.True(added.ExitCode == 0, added.Errors);
        var token = added.Output.Split("<<< ")[1].Split('\n')[0].Trim();
        await File.WriteAllTextAsync(_files[$"{device}.roots"], await RootsAsync(gateway));
        var (made, output) = await RealProcess.RunAsync("openssl", ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", _files[$"{device}.key"], "-out", _files[$"{device}.csr"], "-subj", $"/CN={device}"]);
        Assert.True(made == 0, output);
        await File.WriteAllTextAsync(_files[$"{device}.json"], JsonSerializer.Serialize(new { token, csr = await File.ReadAllTextAsync(_files[$"{device}.csr"]) }));
        var (exitCode, answer) = await RealProcess.RunAsync("curl",
            ["-sS", "--fail-with-body", "--cacert", _files[$"{device}.roots"], "-H", "Content-Type: application/json", "-d", $"@{_files[$"{device}.json"]}", $"{gateway.Http.BaseAddress}api/v1/enroll"]);
        Assert.True(exitCode == 0, answer);
        using var given = JsonDocument.Parse(answer);
        Assert.Equal($"mqtts://127.0.0.1:{gateway.MqttTlsPort}/", given.RootElement.GetProperty("mqtt").GetString());
        await File.WriteAllTextAsync(_files[$"{device}.pem"], given.RootElement.GetProperty("certificate").GetString());
        await File.WriteAllTextAsync(_files[$"{device}.roots"], given.RootElement.GetProperty("roots").GetString());
    }

    private static async Task<string> RootsAsync(GatewayProcess gateway)
    {
        var (exitCode, pem) = await RealProcess.RunAsync("curl", ["-sSk", $"{gateway.Http.BaseAddress}api/v1/enroll/roots"]); // -k: the root is what we ask for
        Assert.True(exitCode == 0, pem);
        return pem;
    }

    private string[] Words(GatewayProcess gateway, string device) =>
        ["-h", "localhost", "-p", $"{gateway.MqttTlsPort}", "--cafile", _files[$"{device}.roots"], "--cert", _files[$"{device}.pem"], "--key", _files[$"{device}.key"]];

    private Task<(int ExitCode, string Output)> PublishAsync(GatewayProcess gateway, string device, int seq) =>
        RealProcess.RunAsync("mosquitto_pub", [.. Words(gateway, device), "-V", "5", "-q", "1", "-t", $"v1/devices/{device}/telemetry", "-m", Pack(seq)]);

    private static string Pack(int seq) => $$"""[{"epoch":"000000000000feed","seq":{{seq}},"n":"pressure","v":{{seq}}.5}]""";

    private static async Task<int> CurlAsync(params string[] words) => (await RealProcess.RunAsync("curl", ["-sS", "-o", "/dev/null", .. words])).ExitCode;

    private static async Task<string> Everything(string directory)
    {
        var (_, output) = await RealProcess.RunAsync("sh", ["-c", $"find '{directory}' -type f -exec strings -n 12 {{}} +"]);
        return output;
    }
}
