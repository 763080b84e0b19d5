using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Iot.Gateway.Dashboard.Install;
using Iot.Testing;

namespace Iot.Gateway.Tests.Dashboard;

/// <summary>What devices install from: a list, what is in it, and nothing else of the disk.</summary>
public sealed class InstallEndpointTests : IDisposable
{
    private const string Package = "iot-edge-agent_0.1.0_amd64.deb";

    private readonly TempDirectory _packages = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _packages.Dispose();

    [Fact]
    public async Task A_gateway_without_packages_says_so_and_where_they_belong()
    {
        await using var gateway = await new CannedGateway { InstallPath = _packages.Path }.StartAsync();
        foreach (var path in new[] { "/install/SHA256SUMS", $"/install/{Package}" })
        {
            using var answer = await gateway.Client().GetAsync(path, Stop);

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("Install:Path", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_listed_package_comes_whole_in_parts_and_not_again_to_who_has_it()
    {
        var hash = Put(Package, "0123456789");
        await using var gateway = await new CannedGateway { InstallPath = _packages.Path }.StartAsync();
        using var client = gateway.Client();

        Assert.Equal($"{hash}  {Package}\n", await client.GetStringAsync("/install/SHA256SUMS", Stop));
        using var whole = await client.GetAsync($"/install/{Package}", Stop);
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync(Stop));
        Assert.Equal($"\"{hash}\"", whole.Headers.ETag?.Tag);

        using var rest = await client.SendAsync(new(HttpMethod.Get, $"/install/{Package}") { Headers = { Range = new RangeHeaderValue(7, null) } }, Stop);
        Assert.Equal((HttpStatusCode.PartialContent, "789"), (rest.StatusCode, await rest.Content.ReadAsStringAsync(Stop)));
        using var again = await client.SendAsync(new(HttpMethod.Get, $"/install/{Package}") { Headers = { IfNoneMatch = { whole.Headers.ETag! } } }, Stop);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("secret.txt")]
    [InlineData("..%2fsecret.txt")]
    [InlineData("%2e%2e%2fsecret.txt")]
    [InlineData("iot-edge-agent_9.9.9_amd64.deb")]
    [InlineData("")]
    public async Task Nothing_comes_that_is_not_in_the_list(string name)
    {
        Put(Package, "x");
        await File.WriteAllTextAsync(_packages["secret.txt"], "secret", Stop);
        await File.WriteAllTextAsync(_packages["iot-edge-agent_9.9.9_amd64.deb"], "secret", Stop);
        await using var gateway = await new CannedGateway { InstallPath = _packages.Path }.StartAsync();

        using var answer = await gateway.Client().GetAsync($"/install/{name}", Stop);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.DoesNotContain("secret\n", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/shadow")]
    [InlineData("iot-edge-agent_0.1.0/../../x_amd64.deb")]
    [InlineData("other_0.1.0_amd64.deb")]
    public async Task A_list_that_names_something_else_serves_nothing_and_says_which_line_it_is(string name)
    {
        Put(Package, "x");
        await File.AppendAllTextAsync(_packages["SHA256SUMS"], $"{new string('0', 64)}  {name}\n", Stop);
        await using var gateway = await new CannedGateway { InstallPath = _packages.Path }.StartAsync();

        using var answer = await gateway.Client().GetAsync($"/install/{Package}", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("line 2", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_is_the_one_whose_hash_is_printed_and_only_to_be_read()
    {
        await using var gateway = await new CannedGateway { InstallPath = _packages.Path }.StartAsync();
        using var client = gateway.Client();

        var script = await client.GetByteArrayAsync("/install.sh", Stop);
        using var posted = await client.PostAsync("/install.sh", null, Stop);

        Assert.Equal(InstallScript.Hash, Convert.ToHexStringLower(SHA256.HashData(script)));
        Assert.StartsWith("#!/bin/sh\n", Encoding.UTF8.GetString(script), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/install.sh", false, false)]
    [InlineData("https://127.0.0.1:8443/install.sh", false, true)] // or curl would refuse the certificate
    [InlineData("https://gw.example/install.sh", true, false)]
    [InlineData("https://gw.example/install.sh", false, true)]
    [InlineData("http://gw.example/install.sh", false, true)] // whoever stands between could put his own in its place
    [InlineData("http://gw.example/install.sh", true, true)]
    public void The_printed_line_does_without_the_scripts_hash_only_where_nobody_can_change_the_script(string script, bool isKnown, bool hasHash) =>
        Assert.Equal(hasHash, InstallLine.Text(new(script), "token", isKnown).Contains(InstallScript.Hash, StringComparison.Ordinal));

    private string Put(string name, string content)
    {
        File.WriteAllText(_packages[name], content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        File.WriteAllText(_packages["SHA256SUMS"], $"{hash}  {name}\n");
        return hash;
    }
}
