using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Hostile;

/// <summary>A gateway with every secret there is, at the most talkative log level, through start, use, mistakes and stop: none is to be seen anywhere.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string ApiKey = "the-api-key-4711-of-some-length";
    private const string InfluxToken = "the-influx-token-0815-of-some-length";
    private const string InfluxPassword = "the-influx-password-2342";
    private const string Guess = "a-guess-that-is-wrong-1337";

    private static readonly string[] Talkative = [.. new[] { "Default", "Microsoft", "System", "Polly" }.SelectMany(from => (string[])[$"--Logging:LogLevel:{from}", "Trace"])];

    private readonly TempDirectory _files = new();
    private readonly List<string> _secrets = [ApiKey, InfluxToken, InfluxPassword, Guess];

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true, "V1")]
    [InlineData(false, "V1")]
    [InlineData(true, "V2")]
    public async Task No_secret_is_in_any_output(bool fromFiles, string api)
    {
        await using var influxd = await Influxd.StartAsync("auth-enabled = true"); // refuses what it is told: mistakes, too, must not be quoted
        await using var gateway = GatewayProcess.Prepare(
            new() { IsSecure = true, Environment = fromFiles ? Files() : Values() },
            [.. Talkative, "--Sinks:0", "Embedded", "--Sinks:1", "Influx", "--Influx:Api", api, "--Influx:Url", influxd.Url.ToString(),
            "--Influx:Database", "iot", "--Influx:Bucket", "iot", "--Influx:Org", "o", "--Influx:Username", "gateway", "--Influx:Retry:MaxDelay", "00:00:01", "--Delivery:DrainFor", "00:00:02"]);
        gateway.Http.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey);
        await gateway.StartAgainAsync();

        await UseAsync(gateway);
        await ErrAsync(gateway);
        var answers = await AnswersAsync(gateway);
        var words = await File.ReadAllTextAsync($"/proc/{gateway.Process.Id}/cmdline", TestContext.Current.CancellationToken);
        Assert.Equal(0, await gateway.StopAsync());
        var kept = await ReadAllAsync(Path.Combine(gateway.DataPath, "audit"));

        _secrets.AddRange(KeyLines(gateway));
        Assert.Contains("trce: ", gateway.Process.Output, StringComparison.Ordinal);
        Assert.Contains("pump-7", answers, StringComparison.Ordinal);
        Assert.Contains("device.enrolled", kept, StringComparison.Ordinal);
        foreach (var (where, text) in new[] { ("what it said", gateway.Process.Output), ("its API", answers), ("its command line", words), ("the audit log", kept) })
            Assert.All(_secrets, secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{secret} is in {where}: {Around(text, secret)}"));
    }

    [Fact]
    public async Task A_start_that_fails_quotes_no_secret()
    {
        await File.WriteAllTextAsync(_files["short"], "tiny-secret", TestContext.Current.CancellationToken);
        foreach (var environment in new[]
        {
            new Dictionary<string, string> { ["Http__ApiKeyFile"] = _files["short"] },
            new() { ["Http__ApiKey"] = "tiny-secret" },
            new() { ["Influx__Token"] = "tiny-secret\nof two lines" },
            new() { ["Influx__Password"] = "tiny-secret", ["Influx__PasswordFile"] = _files["short"] },
        })
        {
            var (exitCode, output) = await RealProcess.RunAsync(
                BuiltProgram.Gateway, ["run", "--Data:Path", _files["data"], "--Sinks:0", "Influx", "--Influx:Url", "nonsense", "--Mqtt:Port", "0", "--Mqtt:TlsPort", "0"], environment);

            Assert.True(exitCode != 0, output);
            Assert.DoesNotContain("tiny-secret", output, StringComparison.Ordinal);
        }
    }

    /// <summary>All that a secret is for.</summary>
    private async Task UseAsync(GatewayProcess gateway)
    {
        var token = Secret(await PostAsync(gateway, "api/v1/registry", new { device = "pump-7" }), "token");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=pump-7", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        Assert.True((await PostAsync(gateway, "api/v1/enroll", new { token, csr })).TryGetProperty("certificate", out _));
        await PostAsync(gateway, "api/v1/registry", new { device = "meter-1" });
        var password = Secret(await PostAsync(gateway, "api/v1/registry/meter-1/password", new { }), "password");
        foreach (var (given, isGood) in new[] { (password, true), (Guess, false) })
        {
            var (exitCode, output) = await RealProcess.RunAsync("mosquitto_pub",
                ["-h", "localhost", "-p", $"{gateway.MqttTlsPort}", "--cafile", gateway.RootFile, "-u", "meter-1", "-P", given, "-q", "1", "-t", "v1/devices/meter-1/telemetry", "-m", """[{"n":"a","v":1}]"""]);
            Assert.True(isGood == (exitCode == 0), output);
        }

        using var form = new FormUrlEncodedContent([new("key", ApiKey)]);
        using var entered = await gateway.Http.PostAsync(new Uri("sign-in", UriKind.Relative), form);
    }

    /// <summary>Secrets in the wrong place, and wrong ones in the right place.</summary>
    private async Task ErrAsync(GatewayProcess gateway)
    {
        var token = _secrets[^2];
        await PostAsync(gateway, "api/v1/enroll", new { token, csr = "no request" });
        await PostAsync(gateway, "api/v1/enroll", new { token = Guess, csr = "no request" });
        await PostAsync(gateway, "api/v1/enroll", new { unknown = Guess });
        await PostAsync(gateway, "api/v1/registry/meter-1/password", new { password = Guess[..5], more = Guess });
        using var form = new FormUrlEncodedContent([new("key", Guess)]);
        using var refused = await gateway.Http.PostAsync(new Uri("sign-in", UriKind.Relative), form);
        using var stranger = new HttpClient(new GatewayTrust(() => gateway.RootFile).Handler()) { BaseAddress = gateway.Http.BaseAddress };
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", Guess);
        using var closed = await stranger.GetAsync(new Uri("api/v1/ledger", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, closed.StatusCode);
        await Eventually.TrueAsync(() => gateway.Process.Output.Contains("Influx", StringComparison.Ordinal), "the sink has complained");
    }

    private static async Task<JsonElement> PostAsync(GatewayProcess gateway, string path, object body)
    {
        using var answer = await gateway.Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.Clone();
    }

    private string Secret(JsonElement answer, string name)
    {
        var secret = answer.GetProperty(name).GetString()!;
        _secrets.Add(secret);
        return secret;
    }

    /// <summary>Everything that can be asked without naming something, and the metrics.</summary>
    private static async Task<string> AnswersAsync(GatewayProcess gateway)
    {
        var all = new StringBuilder(await gateway.Http.GetStringAsync(new Uri("metrics", UriKind.Relative)));
        var paths = (await gateway.GetAsync("api/v1/openapi.json")).GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)).Select(path => path.Name[1..]);
        foreach (var path in paths.Where(path => !path.EndsWith("/live", StringComparison.Ordinal)).Append("health/ready").Append(""))
        {
            using var answer = await gateway.Http.GetAsync(new Uri(path.Replace("{id}", "pump-7", StringComparison.Ordinal).Replace("{device}", "meter-1", StringComparison.Ordinal), UriKind.Relative));
            all.Append(path).Append(await answer.Content.ReadAsStringAsync());
        }

        return all.ToString();
    }

    private Dictionary<string, string> Files()
    {
        foreach (var (name, secret) in new[] { ("key", ApiKey), ("token", InfluxToken), ("password", InfluxPassword) }) File.WriteAllText(_files[name], secret + "\n");
        return new() { ["Http__ApiKeyFile"] = _files["key"], ["Influx__TokenFile"] = _files["token"], ["Influx__PasswordFile"] = _files["password"] };
    }

    private static Dictionary<string, string> Values() => new() { ["Http__ApiKey"] = ApiKey, ["Influx__Token"] = InfluxToken, ["Influx__Password"] = InfluxPassword };

    /// <summary>The inner lines of all keys of the CA.</summary>
    private static IEnumerable<string> KeyLines(GatewayProcess gateway)
    {
        var keys = Directory.GetFiles(Path.Combine(gateway.DataPath, "ca"), "*.key", SearchOption.AllDirectories);
        Assert.NotEmpty(keys);
        return keys.SelectMany(File.ReadAllLines).Where(line => line.Length > 20 && !line.StartsWith("-----", StringComparison.Ordinal));
    }

    private static async Task<string> ReadAllAsync(string directory)
    {
        var all = new StringBuilder();
        foreach (var file in Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".key", StringComparison.Ordinal)))
            all.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        return all.ToString();
    }

    private static string Around(string text, string secret)
    {
        var at = text.IndexOf(secret, StringComparison.Ordinal);
        return text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 200)];
    }
}
