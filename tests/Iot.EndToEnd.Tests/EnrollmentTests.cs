using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>From the operator's command to a certificate that openssl verifies; by command line and HTTP alone.</summary>
public sealed class EnrollmentTests : IDisposable
{
    private readonly TempDirectory _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task A_device_that_was_added_enrolls_renews_is_disabled_and_removed()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var token = await TokenAsync(gateway, "devices", "add", "pump-7", "--type", "pump", "--site", "hall 3", "--tag", "line=4");
        var csr = await CsrAsync("first");

        var (status, first) = await PostAsync(gateway, "enroll", new { token, csr });
        Assert.True(status == HttpStatusCode.OK, first.ToString());
        await VerifyAsync(gateway, first);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(gateway, "enroll", new { token, csr = await CsrAsync("thief") })).Status);

        var next = await CsrAsync("next");
        var certificate = first.GetProperty("certificate").GetString();
        var (renewed, second) = await PostAsync(gateway, "enroll/renew", new { certificate, csr = next, signature = await SignAsync("first", "next") });
        Assert.True(renewed == HttpStatusCode.OK, second.ToString());
        await VerifyAsync(gateway, second);

        Assert.Equal(0, (await gateway.CommandAsync("devices", "disable", "pump-7")).ExitCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(gateway, "enroll/renew", new { certificate, csr = await CsrAsync("late"), signature = await SignAsync("first", "late") })).Status);
        Assert.Contains("disabled", (await gateway.CommandAsync("devices", "list")).Output);
        Assert.Contains("line=4", (await gateway.CommandAsync("devices", "show", "pump-7")).Output);
        Assert.Equal(0, (await gateway.CommandAsync("devices", "remove", "pump-7")).ExitCode);
        Assert.Equal(1, (await gateway.CommandAsync("devices", "show", "pump-7")).ExitCode);
    }

    [Fact]
    public async Task The_same_question_asked_for_ever_is_in_the_audit_log_once()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var token = await TokenAsync(gateway, "devices", "add", "pump-7");
        var csr = await CsrAsync("first");
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "enroll", new { token, csr })).Status);

        var told = (await gateway.CommandAsync("audit", "list", "--kind", "device.enrolled")).Output;

        Assert.Single(told.Split('\n'), line => line.Contains("pump-7", StringComparison.Ordinal));
        Assert.Single(gateway.Process.Output.Split('\n'), line => line.Contains("pump-7 got a certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_work_on_the_files_of_a_stopped_gateway_and_it_takes_the_token_afterwards()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await gateway.StopAsync();
        var token = await TokenAsync(gateway, "devices", "add", "pump-7");
        Assert.Equal(1, (await gateway.CommandAsync("devices", "add", "pump-7")).ExitCode);

        await gateway.StartAgainAsync();

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "enroll", new { token, csr = await CsrAsync("first") })).Status);
        Assert.DoesNotContain(token, gateway.Process.Output);
    }

    /// <summary>Killed as soon as it is asked, as soon as it writes, and once it has answered: the same request gives the one certificate there is.</summary>
    [Fact]
    public async Task A_gateway_that_is_killed_while_it_answers_has_given_one_certificate_or_none()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var token = await TokenAsync(gateway, "devices", "add", $"pump-{i}");
            var csr = await CsrAsync($"key-{i}", "/");
            using var registry = new FileSystemWatcher(gateway.DataPath, "devices.db*");
            var writes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            registry.Changed += (_, _) => writes.TrySetResult();
            registry.EnableRaisingEvents = true;

            var answer = PostAsync(gateway, "enroll", new { token, csr });
            await Task.WhenAny(answer, i switch { 0 => Task.CompletedTask, 1 => writes.Task, _ => answer });
            await gateway.KillAsync();
            await Task.WhenAny(answer); // it came or did not
            await gateway.StartAgainAsync();

            var (status, again) = await PostAsync(gateway, "enroll", new { token, csr });
            Assert.True(status == HttpStatusCode.OK, again.ToString());
            if (answer.IsCompletedSuccessfully) Assert.Equal((await answer).Body.GetProperty("certificate").GetString(), again.GetProperty("certificate").GetString());
            Assert.Equal(1, (await gateway.GetAsync($"api/v1/registry/pump-{i}")).GetProperty("certificates").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("pump 7")]
    [InlineData("<script>")]
    public async Task An_id_that_is_none_is_refused_by_command_and_API(string id)
    {
        await using var gateway = await GatewayProcess.StartAsync();

        Assert.Equal(2, (await gateway.CommandAsync("devices", "add", id)).ExitCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(gateway, "registry", new { device = id })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(gateway, $"registry/{Uri.EscapeDataString(id.Replace("..", "%2e%2e", StringComparison.Ordinal))}/disable", new { })).Status);
        Assert.Equal(0, (await gateway.GetAsync("api/v1/registry")).GetProperty("devices").GetArrayLength());
    }

    [Fact]
    public async Task The_registry_needs_the_key_and_enrollment_does_not()
    {
        const string Key = "a-key-of-some-length";
        await using var gateway = await GatewayProcess.StartAsync(new Surroundings { Environment = new Dictionary<string, string> { ["Http__ApiKey"] = Key } });
        var token = await TokenAsync(gateway, "devices", "add", "pump-7");

        foreach (var path in new[] { "registry", "registry/pump-7/disable", "registry/pump-7/token" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(gateway, path, new { })).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "enroll", new { token, csr = await CsrAsync("first") })).Status);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"token":1,"csr":"x"}""")]
    [InlineData("""{"tokens":"x"}""")]
    public async Task A_body_that_cannot_be_read_is_told_what_is_wanted(string body)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await gateway.Http.PostAsync(new Uri("api/v1/enroll", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_damaged_registry_stops_the_start_and_stays_as_it_is()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await gateway.StopAsync();
        var path = Path.Combine(gateway.DataPath, "devices.db");
        await File.WriteAllTextAsync(path, new string('x', 8192), TestContext.Current.CancellationToken);

        await gateway.BeginAsync();

        Assert.Equal(1, await gateway.Process.ExitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("devices.db': it is not a SQLite database. Put a copy of it back.", gateway.Process.Errors);
        Assert.Equal(new string('x', 8192), await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    private static async Task<string> TokenAsync(GatewayProcess gateway, params string[] command)
    {
        var added = await gateway.CommandAsync(command);
        Assert.True(added.ExitCode == 0, added.Errors);
        return added.Output.Split('\n').Single(line => line.StartsWith("  iot-edge-agent enroll ", StringComparison.Ordinal)).Split(' ')[^1];
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(GatewayProcess gateway, string path, object body)
    {
        using var answer = await gateway.Http.PostAsJsonAsync(new Uri($"api/v1/{path}", UriKind.Relative), body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<string> CsrAsync(string name, string subject = "/CN=pump-7")
    {
        await OpenSslAsync("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-subj", subject, "-keyout", _device[name + ".key"], "-out", _device[name + ".csr"]);
        return await File.ReadAllTextAsync(_device[name + ".csr"]);
    }

    private async Task<byte[]> SignAsync(string key, string request)
    {
        await OpenSslAsync("req", "-in", _device[request + ".csr"], "-outform", "DER", "-out", _device["der"]);
        await OpenSslAsync("dgst", "-sha256", "-sign", _device[key + ".key"], "-out", _device["signature"], _device["der"]);
        return await File.ReadAllBytesAsync(_device["signature"]);
    }

    private async Task VerifyAsync(GatewayProcess gateway, JsonElement enrolled)
    {
        await File.WriteAllTextAsync(_device["certificate.pem"], enrolled.GetProperty("certificate").GetString());
        await File.WriteAllTextAsync(_device["chain.pem"], enrolled.GetProperty("chain").GetString());
        await OpenSslAsync("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", Path.Combine(gateway.DataPath, "ca", "root.pem"), "-untrusted", _device["chain.pem"], _device["certificate.pem"]);
    }

    private static async Task OpenSslAsync(params string[] words)
    {
        var (exitCode, output) = await RealProcess.RunAsync("openssl", words);
        Assert.True(exitCode == 0, output);
    }
}
