using System.Globalization;
using System.Text.Json;
using Iot.LoadTest.Sinks;
using Iot.Testing;

namespace Iot.LoadTest.Gateway;

/// <summary>The real program on free ports with data of its own.</summary>
internal sealed class GatewayUnderLoad : IAsyncDisposable
{
    private readonly TempDirectory _data = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly RealProcess _process;

    private GatewayUnderLoad(string program, LoadPlan plan, IReadOnlyList<string> settings) => _process = RealProcess.Start(program,
    [
        "run", "--Data:Path", _data.Path, "--Mqtt:Port", Text(Port), "--Mqtt:AllowAnonymous", "true", "--Mqtt:TlsPort", "0",
        "--Http:Url", Url.ToString(), "--Limits:Connections", Text(plan.Connections + 16), .. settings,
    ]);

    public int Port { get; } = FreePort.Next();

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    public static Task<GatewayUnderLoad> StartAsync(string program, LoadPlan plan, ILoadSink sink) => StartAsync(program, plan, sink.Settings);

    public static async Task<GatewayUnderLoad> StartAsync(string program, LoadPlan plan, IReadOnlyList<string> settings)
    {
        if (!File.Exists(program))
            throw new FileNotFoundException($"There is no {program}: dotnet build gateway/Iot.Gateway -c Release makes it, --gateway names another.");

        var gateway = new GatewayUnderLoad(program, plan, settings);
        var ready = Eventually.AnswersAsync(new Uri(gateway.Url, "health/ready"), TimeSpan.FromMinutes(2));
        var ended = gateway._process.ExitAsync(TimeSpan.FromHours(1));
        if (await Task.WhenAny(ready, ended) == ended) throw new IOException($"The gateway ended at once:\n{gateway._process.Output}");

        await ready;
        return gateway;
    }

    public async Task<GatewayFigures> FiguresAsync() =>
        GatewayFigures.Of(await _http.GetStringAsync(new Uri(Url, "metrics")), ProcessFigures.Of(_process.Id));

    public async Task<long> DeliveredAsync() => (await FiguresAsync()).Delivered;

    /// <summary>The books of all devices.</summary>
    public async Task<BooksTotal> BooksAsync()
    {
        using var ledger = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Url, "api/v1/ledger")));
        return BooksTotal.Of(ledger.RootElement.GetProperty("devices"));
    }

    /// <summary>Rows of the embedded store.</summary>
    public async Task<long> CountReadingsAsync()
    {
        var rows = await _http.GetStringAsync(new Uri(Url, $"api/v1/sql?format=csv&query={Uri.EscapeDataString("SELECT count(*) AS n FROM readings")}"));
        return long.Parse(rows.Split('\n', StringSplitOptions.TrimEntries)[1], CultureInfo.InvariantCulture);
    }

    public Task StopAsync() => _process.StopAsync(TimeSpan.FromSeconds(60));

    public long FilesLike(string pattern) => new DirectoryInfo(_data.Path).EnumerateFiles(pattern, SearchOption.AllDirectories).Sum(file => file.Length);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _data.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
