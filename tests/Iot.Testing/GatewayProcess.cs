using System.Globalization;
using System.Text.Json;

namespace Iot.Testing;

/// <summary>A real gateway on 127.0.0.1 with data of its own that outlives its restarts; devices need no credentials.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly string[] EmbeddedOnly = ["--Sinks:0", "Embedded"];
    private static readonly string[] SecureOnly = ["--Mqtt:BindAddress", "127.0.0.1", "--Tls:Names", "localhost"];

    private readonly TempDirectory _directory = new();
    private readonly string _program;
    private readonly string[] _settings;
    private readonly Surroundings _surroundings;
    private RealProcess? _process;

    private GatewayProcess(string program, string[] settings, Surroundings? surroundings = null)
    {
        _program = program;
        _surroundings = surroundings ?? new();
        MqttPort = FreePort.Next();
        MqttTlsPort = _surroundings.IsSecure ? FreePort.Next() : 0;
        var address = new Uri($"{(_surroundings.IsSecure ? "https" : "http")}://127.0.0.1:{FreePort.Next()}/");
        Http = new(new GatewayTrust(() => RootFile, isTimeless: _surroundings.Environment is not null).Handler()) { BaseAddress = address };
        _settings =
        [
            "--Data:Path", DataPath,
            "--Schemas:Path", _directory["schemas"],
            "--Mqtt:Port", MqttPort.ToString(CultureInfo.InvariantCulture),
            "--Mqtt:AllowAnonymous", _surroundings.IsSecure ? "false" : "true",
            "--Mqtt:TlsPort", MqttTlsPort.ToString(CultureInfo.InvariantCulture),
            .. _surroundings.IsSecure ? SecureOnly : [],
            "--Http:Url", address.ToString(),
            .. settings.Contains("--Sinks:0") ? settings : [.. EmbeddedOnly, .. settings],
        ];
    }

    public int MqttPort { get; }

    /// <summary>Zero: it speaks no TLS.</summary>
    public int MqttTlsPort { get; }

    /// <summary>The root of its own CA that is in force.</summary>
    public string RootFile
    {
        get
        {
            var ca = Path.Combine(DataPath, "ca");
            var pointer = Path.Combine(ca, "generation");
            var generation = File.Exists(pointer) ? File.ReadAllText(pointer).Split([' ', '\n'])[0] : "1";
            return Path.Combine(ca, generation is "1" ? "" : generation, "root.pem");
        }
    }

    /// <summary>Asks API, health and metrics.</summary>
    public HttpClient Http { get; }

    public string DataPath => _surroundings.DataPath ?? _directory["data"];

    /// <summary>Where its schema files lie; may not exist.</summary>
    public string SchemasPath => _directory["schemas"];

    public bool IsStarted => _process is not null;

    /// <summary>The process of the last start.</summary>
    public RealProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    /// <param name="settings">Words of the command line, <c>--Section:Key</c> and its value in turn. Without <c>--Sinks:0</c> the sink is Embedded.</param>
    public static async Task<GatewayProcess> StartAsync(params string[] settings)
    {
        var gateway = NotStarted(BuiltProgram.Gateway, settings);
        await gateway.StartAgainAsync();
        return gateway;
    }

    /// <summary>For <see cref="BeginAsync"/>.</summary>
    /// <param name="program">May be another build than the one beside the running test.</param>
    public static GatewayProcess NotStarted(string program, params string[] settings) => new(program, settings);

    /// <summary>On a disk, under a tracer or with an environment of the test's choice.</summary>
    /// <param name="surroundings">In force at every start.</param>
    /// <param name="settings">As above.</param>
    public static async Task<GatewayProcess> StartAsync(Surroundings surroundings, params string[] settings)
    {
        var gateway = Prepare(surroundings, settings);
        await gateway.StartAgainAsync();
        return gateway;
    }

    /// <summary>Not started yet.</summary>
    public static GatewayProcess Prepare(Surroundings surroundings, params string[] settings) => new(surroundings.Program ?? BuiltProgram.Gateway, settings, surroundings);

    /// <summary>With schema files in force from the first message on: name of the file, JSON.</summary>
    public static async Task<GatewayProcess> StartAsync((string Name, string Json) schema, params string[] settings)
    {
        var gateway = NotStarted(BuiltProgram.Gateway, settings);
        Directory.CreateDirectory(gateway._directory["schemas"]);
        await File.WriteAllTextAsync(Path.Combine(gateway._directory["schemas"], schema.Name), schema.Json);
        await gateway.StartAgainAsync();
        return gateway;
    }

    /// <summary>On the same data and ports; complete as <see cref="ReadyAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        await BeginAsync();
        await ReadyAsync();
    }

    /// <summary>Starts it on the same data and ports, and does not wait for it.</summary>
    /// <param name="under">Words before its own: a program that runs it, such as strace.</param>
    public async Task BeginAsync(params string[] under)
    {
        if (_process is not null) await _process.DisposeAsync();
        string[] words = [.. under, .. _surroundings.Wrapper, _program, .. _settings];
        _process = RealProcess.Start(words[0], words[1..], _surroundings.Environment);
    }

    /// <summary>Complete once it takes messages and has tried to open its store; within 60 s, when no limit is given.</summary>
    /// <exception cref="InvalidOperationException">It ended; the message holds what it said.</exception>
    public Task ReadyAsync(TimeSpan? limit = null) =>
        Eventually.TrueAsync(IsReadyAsync, $"{Http.BaseAddress}health/ready answers", limit ?? TimeSpan.FromSeconds(60));

    /// <summary>SIGTERM; the exit code. Longer than the 10 s that it may take is a <see cref="TimeoutException"/>.</summary>
    public Task<int> StopAsync() => Process.StopAsync(TimeSpan.FromSeconds(10));

    public Task KillAsync() => Process.KillAsync();

    /// <summary>What <paramref name="path"/> answers; a copy that needs no disposing.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    /// <summary>The sum of the samples of <paramref name="metric"/> whose labels contain <paramref name="label"/>; 0 without any.</summary>
    public async Task<double> MetricAsync(string metric, string label = "")
    {
        var text = await Http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return text.Split('\n')
            .Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line[metric.Length] is '{' or ' ' && line.Contains(label))
            .Sum(SampleOf);
    }

    /// <summary>Runs a command with the settings of this gateway, which may be running or not.</summary>
    public async Task<CommandOutcome> CommandAsync(params string[] words)
    {
        await using var command = RealProcess.Start(_program, [.. words, .. _settings], _surroundings.Environment);
        var exitCode = await command.ExitAsync(TimeSpan.FromSeconds(60));
        return new(exitCode, command.Results, command.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Http.Dispose();
        _directory.Dispose();
    }

    /// <summary>Behind the labels come the value and, perhaps, a time.</summary>
    private static double SampleOf(string line)
    {
        var behindName = line.IndexOf('}') is >= 0 and var end ? line[(end + 1)..] : line[line.IndexOf(' ')..];
        return double.Parse(behindName.Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (Process.HasExited) throw new InvalidOperationException($"The gateway ended at start. It said:\n{Process.Output}");

        try
        {
            using var answer = await Http.GetAsync(new Uri("health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode && !(await answer.Content.ReadAsStringAsync()).Contains("is not open yet", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}

/// <summary>How a command ended; stdout and stderr apart, lines joined by <c>\n</c>.</summary>
public sealed record CommandOutcome(int ExitCode, string Output, string Errors);

/// <summary>What a program runs in.</summary>
public sealed record Surroundings
{
    /// <summary>Null: a directory of its own.</summary>
    public string? DataPath { get; init; }

    /// <summary>Words before the program: a tracer, for example, that starts it.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];

    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Null: the build beside the running test.</summary>
    public string? Program { get; init; }

    /// <summary>HTTPS, MQTT with TLS beside plain MQTT on loopback, and nobody without credentials.</summary>
    public bool IsSecure { get; init; }
}
