using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Iot.Testing;

namespace Iot.EndToEnd.Tests;

/// <summary>A known hole in a package stops the restore of every project of this repository. Where the package source has no such data, this shows that the check works.</summary>
public sealed partial class PackageAuditTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("0.0.1", true)]
    [InlineData("999.0.0", false)]
    public async Task A_package_with_a_known_hole_does_not_restore(string firstWithHole, bool hasHole)
    {
        using var source = new AuditSource($$"""{"mqttnet":[{"url":"https://advisories.example/1","severity":3,"versions":"[{{firstWithHole}}, )"}]}""");
        await WriteProjectAsync(source.Url);

        var (exitCode, output) = await RealProcess.RunAsync("dotnet", ["restore", _directory["Scratch.csproj"], "--verbosity", "quiet", "--nologo"], Environment());

        Assert.True(source.WasAsked, "nobody asked for known holes");
        Assert.True(hasHole == (exitCode != 0), output);
        if (hasHole) Assert.Matches("error NU190[1-4]: .*MQTTnet", output);
    }

    /// <summary>With the settings and versions of this repository, and the audit source of the test.</summary>
    private async Task WriteProjectAsync(Uri source)
    {
        foreach (var name in new[] { "Directory.Build.props", "Directory.Packages.props" })
            await File.WriteAllTextAsync(_directory[name], $"""<Project><Import Project="{Path.Combine(RepositoryRoot.Path, name)}" /></Project>""");
        await File.WriteAllTextAsync(_directory["Scratch.csproj"],
            """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><RuntimeIdentifiers /></PropertyGroup><ItemGroup><PackageReference Include="MQTTnet" /></ItemGroup></Project>""");
        await File.WriteAllTextAsync(_directory["nuget.config"],
            $"""<configuration><auditSources><clear /><add key="test" value="{source}" allowInsecureConnections="true" /></auditSources></configuration>""");
    }

    /// <summary>A cache of its own for what is asked over HTTP; packages come from where they always do.</summary>
    private Dictionary<string, string> Environment() => new() { ["NUGET_HTTP_CACHE_PATH"] = _directory["http-cache"], ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" };

    /// <summary>The least of a NuGet v3 source: an index that names the list of known holes, and the list.</summary>
    private sealed partial class AuditSource : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string _holes;

        public AuditSource(string holes)
        {
            _holes = holes;
            _listener.Start();
            Url = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v3/index.json"));
            _ = ServeAsync();
        }

        public Uri Url { get; }

        public bool WasAsked { get; private set; }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true) await AnswerAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // the test is over
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using var socket = client;
            var head = new byte[16 * 1024];
            var length = await socket.GetStream().ReadAsync(head);
            var body = Body(RequestedPath().Match(Encoding.ASCII.GetString(head, 0, length)).Groups["path"].Value);
            await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}")));
        }

        private string Body(string path)
        {
            var root = new Uri(Url, "/").AbsoluteUri;
            if (path.EndsWith("index.json", StringComparison.Ordinal) && path.StartsWith("/v3/", StringComparison.Ordinal))
                return $$"""{"version":"3.0.0","resources":[{"@id":"{{root}}holes/index.json","@type":"VulnerabilityInfo/6.7.0"}]}""";
            if (path.EndsWith("index.json", StringComparison.Ordinal))
                return $$"""[{"@name":"base","@id":"{{root}}holes/base.json","@updated":"2026-01-01T00:00:00Z"}]""";

            WasAsked = true;
            return _holes;
        }

        [GeneratedRegex("^GET (?<path>[^ ?]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex RequestedPath();
    }
}
