using System.Text.Json;

namespace Iot.Testing;

/// <summary>A real influxd 1.6 (Debian) on 127.0.0.1 with data of its own.</summary>
public sealed class Influxd : IAsyncDisposable
{
    private readonly TempDirectory _directory;
    private readonly HttpClient _http = new();
    private RealProcess _process;

    private Influxd(RealProcess process, TempDirectory directory, int port)
    {
        _process = process;
        _directory = directory;
        Url = new($"http://127.0.0.1:{port}/");
    }

    public Uri Url { get; }

    /// <summary>Its write-ahead log.</summary>
    public string WalPath => _directory["wal"];

    /// <summary>The process of the last start.</summary>
    public RealProcess Process => _process;

    /// <param name="http">Further lines for the section <c>http</c> of its configuration.</param>
    public static async Task<Influxd> StartAsync(string http = "")
    {
        var directory = new TempDirectory();
        var (port, rpcPort) = (FreePort.Next(), FreePort.Next());
        await File.WriteAllTextAsync(directory["influxdb.conf"], $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{rpcPort}"
            [meta]
              dir = "{directory["meta"]}"
            [data]
              dir = "{directory["data"]}"
              wal-dir = "{directory["wal"]}"
            [http]
              bind-address = "127.0.0.1:{port}"
              log-enabled = false
              {http}
            """);
        var influxd = new Influxd(Run(directory), directory, port);
        await influxd.AnswersAsync();
        return influxd;
    }

    /// <summary>SIGKILL; the data stays for <see cref="StartAgainAsync"/>.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async Task StartAgainAsync()
    {
        await BeginAsync();
        await AnswersAsync();
    }

    /// <summary>Starts it on the same data, and does not wait for it.</summary>
    public async Task BeginAsync()
    {
        var ended = _process;
        if (!ended.HasExited) await ended.KillAsync();
        _process = Run(_directory);
        await ended.DisposeAsync();
    }

    public async Task<bool> IsAnsweringAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Url, "ping"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet, or not any more
        }
    }

    private Task AnswersAsync() => Eventually.TrueAsync(IsAnsweringAsync, $"{Url}ping answers");

    /// <summary>By number: 19 stops it, 18 lets it go on.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    public async Task CreateDatabaseAsync(string name)
    {
        using var form = new FormUrlEncodedContent([new("q", $"CREATE DATABASE \"{name}\"")]);
        using var answer = await _http.PostAsync(new Uri(Url, "query"), form);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The first series of the answer to <paramref name="influxQl"/>: its columns and rows; null when there is none.</summary>
    public async Task<InfluxTable?> QueryAsync(string database, string influxQl)
    {
        var address = new Uri(Url, $"query?epoch=ns&db={Uri.EscapeDataString(database)}&q={Uri.EscapeDataString(influxQl)}");
        using var answer = JsonDocument.Parse(await _http.GetStringAsync(address));
        var result = answer.RootElement.GetProperty("results")[0];
        if (result.TryGetProperty("error", out var error)) throw new InvalidOperationException(error.GetString());
        if (!result.TryGetProperty("series", out var series)) return null;

        return new(
            [.. series[0].GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)],
            [.. series[0].GetProperty("values").EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.Clone()).ToArray())]);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _directory.Dispose();
    }

    private static RealProcess Run(TempDirectory directory) =>
        RealProcess.Start("influxd", ["-config", directory["influxdb.conf"]]);
}

/// <summary>One series of an InfluxQL answer.</summary>
public sealed record InfluxTable(IReadOnlyList<string> Columns, IReadOnlyList<JsonElement[]> Rows)
{
    public IEnumerable<JsonElement> Column(string name)
    {
        var index = Columns.ToList().IndexOf(name);
        return Rows.Select(row => row[index]);
    }
}
