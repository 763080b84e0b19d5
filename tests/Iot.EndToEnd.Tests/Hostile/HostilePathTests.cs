using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Hostile;

/// <summary>Every path of the API that holds a name, with names that are none.</summary>
public sealed partial class HostilePathTests(HostilePathTests.OneGateway one) : IClassFixture<HostilePathTests.OneGateway>
{
    public static TheoryData<string> Names => new(
        "..%2f..%2f..%2fetc%2fpasswd", "..%5c..%5cetc", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%252f..%252fetc%252fpasswd", "..;%2fca%2froot.key", "ca%2froot.key", "%2fetc%2fpasswd",
        "%00", "pump-7%00", "pump-7%00.json", "%0d%0aSet-Cookie:%20a=b", "pump-7%0a", "%F0%9F%92%A5", "pump%E2%80%AE7", "%C0%AE%C0%AE%C0%AF", "%FF%FE", "%", "%zz", "pump%207", "%20pump-7",
        "'%20OR%20'1'='1", "1;DROP%20TABLE%20devices", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "{id}", "*", "-pump", ".pump", "pump-7%ef%bc%8f8", new string('x', 65), new string('x', 7000), new string('x', 10_000));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_that_is_none_is_refused_in_every_path_and_finds_nothing(string name)
    {
        var asked = 0;
        foreach (var (method, path) in await PathsAsync())
        {
            var answer = await RawHttp.AskAsync(one.Gateway, method, PlaceHolder().Replace(path, name), "{}");

            Assert.True(answer.Status is >= 400 and < 500, $"{method} {path} with {name[..Math.Min(name.Length, 80)]}: {answer.Text}");
            Assert.DoesNotContain("root:", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("\nSet-Cookie: a", answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal); // no stack of ours
            asked++;
        }

        Assert.True(asked >= 12, $"{asked} paths");
        Assert.Single((await one.Gateway.GetAsync("api/v1/registry")).GetProperty("devices").EnumerateArray());
        Assert.Equal("pending", (await one.Gateway.GetAsync("api/v1/registry/pump-7")).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/dashboard/../../../../etc/passwd")]
    [InlineData("/dashboard/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("/dashboard/..%2f..%2fiot-gateway.dll")]
    [InlineData("//etc/passwd")]
    [InlineData("/%2e%2e/ca/root.key")]
    [InlineData("/.well-known/../ca/root.key")]
    public async Task No_file_is_served_that_is_no_page(string path)
    {
        var answer = await RawHttp.AskAsync(one.Gateway, "GET", path);

        Assert.True(answer.Status is >= 400 and < 500, answer.Text);
    }

    private async Task<IReadOnlyList<(string Method, string Path)>> PathsAsync() =>
    [
        .. (await one.Gateway.GetAsync("api/v1/openapi.json")).GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.Contains('{', StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(method => (method.Name.ToUpperInvariant(), path.Name))),
    ];

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlaceHolder();

    /// <summary>One device that is to stay as it is.</summary>
    public sealed class OneGateway : IAsyncLifetime
    {
        public GatewayProcess Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Gateway = await GatewayProcess.StartAsync();
            Assert.Equal(0, (await Gateway.CommandAsync("devices", "add", "pump-7")).ExitCode);
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
