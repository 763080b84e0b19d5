using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>Users and keys by command line and curl: from a gateway where nobody has credentials to one where everybody needs them.</summary>
public sealed class AccessTests : IDisposable
{
    private const string Password = "a-secret-of-anna-51c0";

    private readonly TempDirectory _files = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Once_there_is_a_user_strangers_on_this_machine_are_out_and_commands_still_work()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var code = (await File.ReadAllTextAsync(Path.Combine(gateway.DataPath, "setup-code"), Stop)).Trim();
        await gateway.Process.LineAsync(code);
        Assert.Equal("200", await CurlAsync(gateway, "api/v1/devices"));

        Assert.Equal("anna is added as admin.", (await gateway.CommandAsync("users", "add", "anna", "--role", "admin", "--password-file", PasswordFile())).Output.Trim());
        var key = (await gateway.CommandAsync("keys", "create", "backup", "--role", "viewer", "--valid-for", "90d")).Output.Trim();

        Assert.Equal("401", await CurlAsync(gateway, "api/v1/devices"));
        Assert.Equal("200", await CurlAsync(gateway, "api/v1/devices", "-H", $"Authorization: Bearer {key}"));
        Assert.Equal("403", await CurlAsync(gateway, "api/v1/audit", "-H", $"Authorization: Bearer {key}"));
        Assert.Equal("200", await CurlAsync(gateway, "health/ready"));
        foreach (var command in (string[][])[["users", "list"], ["keys", "list"], ["devices", "list"], ["ledger"], ["dead-letters", "list"], ["replay", "list"], ["sql", "SELECT 1"]])
        {
            var outcome = await gateway.CommandAsync(command);
            Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', command)}: {outcome.Errors}");
        }

        Assert.Equal(0, (await gateway.CommandAsync("keys", "revoke", "1")).ExitCode);
        Assert.Equal("401", await CurlAsync(gateway, "api/v1/devices", "-H", $"Authorization: Bearer {key}"));
        Assert.False(File.Exists(Path.Combine(gateway.DataPath, "setup-code")));
        foreach (var file in (string[])["users.db", "local.key"])
            Assert.Equal((0, "600"), await RealProcess.RunAsync("stat", ["-c", "%a", Path.Combine(gateway.DataPath, file)]));
        Assert.Equal(1, (await gateway.CommandAsync("users", "remove", "anna")).ExitCode); // the last admin
    }

    [Fact]
    public async Task Commands_on_the_files_of_a_stopped_gateway_do_the_same_and_are_in_the_audit_log()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await gateway.StopAsync();
        Assert.Equal(0, (await gateway.CommandAsync("users", "add", "anna", "--role", "admin", "--password-file", PasswordFile())).ExitCode);
        Assert.Equal(0, (await gateway.CommandAsync("users", "add", "ben", "--role", "viewer", "--password-file", PasswordFile())).ExitCode);
        Assert.Equal(0, (await gateway.CommandAsync("users", "role", "ben", "operator")).ExitCode);
        Assert.Equal(0, (await gateway.CommandAsync("users", "disable", "ben")).ExitCode);
        var key = (await gateway.CommandAsync("keys", "create", "backup", "--role", "operator")).Output.Trim();
        Assert.Matches("ben +operator +disabled +never", (await gateway.CommandAsync("users", "list")).Output);

        await gateway.StartAgainAsync();

        Assert.Equal("200", await CurlAsync(gateway, "api/v1/dead-letters", "-H", $"Authorization: Bearer {key}"));
        var entries = (await gateway.CommandAsync("audit", "list")).Output;
        foreach (var act in (string[])["user.add", "user.role", "user.disable", "api-key.create"]) Assert.Contains(act, entries);
        Assert.False(File.Exists(Path.Combine(gateway.DataPath, "setup-code")));
    }

    [Theory]
    [InlineData("users", "add", "a b", "--role", "admin")]
    [InlineData("users", "role", "nobody", "admin")]
    [InlineData("keys", "revoke", "17")]
    [InlineData("keys", "create", "backup", "--role", "viewer", "--valid-for", "soon")]
    public async Task What_cannot_be_done_is_said_and_exits_with_1(params string[] words)
    {
        await using var gateway = await GatewayProcess.StartAsync();

        var outcome = await gateway.CommandAsync(words[1] is "add" ? [.. words, "--password-file", PasswordFile()] : words);

        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("iot-gateway: ", outcome.Errors);
    }

    [Fact]
    public async Task No_password_and_no_key_is_in_the_log_in_the_audit_log_or_in_the_process_list()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await gateway.CommandAsync("users", "add", "anna", "--role", "admin", "--password-file", PasswordFile());
        var key = (await gateway.CommandAsync("keys", "create", "backup", "--role", "admin")).Output.Trim();
        var local = (await File.ReadAllLinesAsync(Path.Combine(gateway.DataPath, "local.key"), Stop))[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await gateway.Http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var (_, processes) = await RealProcess.RunAsync("ps", ["-ww", "-o", "args", "-p", gateway.Process.Id.ToString(CultureInfo.InvariantCulture)]);
        await gateway.StopAsync();

        var audit = string.Concat(Directory.GetFiles(Path.Combine(gateway.DataPath, "audit"), "*.jsonl").Select(File.ReadAllText));
        foreach (var secret in (string[])[Password, key, local])
        {
            Assert.DoesNotContain(secret, gateway.Process.Output);
            Assert.DoesNotContain(secret, audit);
            Assert.DoesNotContain(secret, processes);
        }
    }

    private string PasswordFile()
    {
        File.WriteAllText(_files["password"], Password + "\n");
        return _files["password"];
    }

    private static async Task<string> CurlAsync(GatewayProcess gateway, string path, params string[] words) =>
        (await RealProcess.RunAsync("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", .. words, $"{gateway.Http.BaseAddress}{path}"])).Output.Trim();
}
