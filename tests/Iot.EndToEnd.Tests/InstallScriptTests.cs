using System.Buffers.Text;
using System.Security.Cryptography;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>The line that <c>devices add</c> prints, up to the package on the device's disk; what comes after needs a machine of its own: <c>make field-test</c>.</summary>
public sealed class InstallScriptTests : IDisposable
{
    private static readonly Surroundings Secure = new() { IsSecure = true };

    private readonly TempDirectory _packages = new();
    private readonly TempDirectory _device = new();

    public void Dispose()
    {
        _packages.Dispose();
        _device.Dispose();
    }

    [Fact]
    public async Task The_printed_line_brings_the_package_for_this_machine_also_after_the_gateway_was_started_again()
    {
        Put("0.9.0", "the one before");
        Put("0.10.0", "the newest");
        await using var gateway = await GatewayProcess.StartAsync(Secure, "--Install:Path", _packages.Path);
        var line = await LineAsync(gateway);
        Assert.Contains("sha256sum -c && sudo sh", line, StringComparison.Ordinal);

        await gateway.StopAsync();
        await gateway.StartAgainAsync(); // with a new key of its server certificate
        var (exitCode, output) = await RunAsync($"{line} && [ ! -e \"$f\" ]"); // and the script is gone

        Assert.True(exitCode == 0, output);
        Assert.Equal("the newest", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_device.Path)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_script_that_is_not_the_gateways_is_not_run()
    {
        Put("0.1.0", "x");
        await using var gateway = await GatewayProcess.StartAsync(Secure, "--Install:Path", _packages.Path);
        var line = await LineAsync(gateway);

        var (exitCode, output) = await RunAsync(line.Replace("/install.sh", "/health/ready", StringComparison.Ordinal));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("FAILED", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_device.Path));
    }

    [Fact]
    public async Task A_gateway_with_another_root_than_the_token_names_is_refused()
    {
        Put("0.1.0", "x");
        await using var gateway = await GatewayProcess.StartAsync(Secure, "--Install:Path", _packages.Path);
        var token = (await LineAsync(gateway)).Split(' ')[^1];
        var bytes = Base64Url.DecodeFromChars(token);
        bytes[40] ^= 1; // within the fingerprint

        var (exitCode, output) = await ScriptAsync(Base64Url.EncodeToString(bytes));

        Assert.Equal(1, exitCode);
        Assert.Contains("does not have the root that the token names", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_device.Path));
    }

    [Fact]
    public async Task A_package_that_differs_from_the_list_is_refused()
    {
        Put("0.1.0", "as it was built");
        await using var gateway = await GatewayProcess.StartAsync(Secure, "--Install:Path", _packages.Path);
        foreach (var package in Directory.GetFiles(_packages.Path, "iot-edge-agent_*")) await File.WriteAllTextAsync(package, "as it became", TestContext.Current.CancellationToken);

        var (exitCode, output) = await RunAsync(await LineAsync(gateway));

        Assert.Equal(1, exitCode);
        Assert.Contains("its SHA-256 differs", output, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_device.Path));
    }

    [Theory]
    [InlineData("not a token!", "This is no token")]
    [InlineData("AQ", "This is no token")]
    [InlineData("", "This is no token")]
    public async Task What_is_no_token_is_told_before_anything_is_asked(string token, string told)
    {
        var (exitCode, output) = await ScriptAsync(token);

        Assert.Equal(2, exitCode);
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1.evil.example:8080")]
    [InlineData("http://gw.example")]
    public async Task A_token_that_leads_where_others_read_along_is_refused(string url)
    {
        byte[] token = [1, .. new byte[64], 6, .. "pump-7"u8, .. System.Text.Encoding.UTF8.GetBytes(url)];

        var (exitCode, output) = await ScriptAsync(Base64Url.EncodeToString(token));

        Assert.Equal(1, exitCode);
        Assert.Contains("where others could read it on the way", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_without_packages_prints_the_line_for_machines_that_have_the_agent_only()
    {
        await using var gateway = await GatewayProcess.StartAsync(Secure, "--Install:Path", _packages["none"]);

        var added = await gateway.CommandAsync("devices", "add", "pump-7");

        Assert.DoesNotContain("install.sh", added.Output, StringComparison.Ordinal);
        Assert.Contains("iot-edge-agent enroll", added.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_is_clean_in_every_shell()
    {
        var (exitCode, output) = await RealProcess.RunAsync("shellcheck", ["--shell=sh", Script]);

        Assert.True(exitCode == 0, output);
    }

    private static string Script => Path.Combine(RepositoryRoot.Path, "gateway", "Iot.Gateway", "Dashboard", "Install", "install.sh");

    private static async Task<string> LineAsync(GatewayProcess gateway)
    {
        var added = await gateway.CommandAsync("devices", "add", "pump-7");
        return added.Output.Split('\n').Single(line => line.Contains("/install.sh", StringComparison.Ordinal)).Trim();
    }

    /// <summary>As a person without root would run it: into a folder.</summary>
    private Task<(int ExitCode, string Output)> RunAsync(string line) => RealProcess.RunAsync(
        "sh", ["-c", line.Replace("sudo sh \"$f\"", $"sh \"$f\" --download-only {_device.Path}", StringComparison.Ordinal)]);

    private Task<(int ExitCode, string Output)> ScriptAsync(string token) => RealProcess.RunAsync("sh", [Script, "--download-only", _device.Path, token]);

    /// <summary>For each architecture and kind, so that there is one for this machine.</summary>
    private void Put(string version, string content)
    {
        foreach (var end in new[] { "amd64.deb", "arm64.deb", "amd64.tar.gz", "arm64.tar.gz" })
        {
            var name = $"iot-edge-agent_{version}_{end}";
            File.WriteAllText(_packages[name], content);
            File.AppendAllText(_packages["SHA256SUMS"], $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_packages[name])))}  {name}\n");
        }
    }
}
