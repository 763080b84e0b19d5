using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Iot.LoadTest.Gateway;
using Iot.Testing;

namespace Iot.LoadTest.Spool;

/// <summary>The real gateway on a data directory that outlives it.</summary>
internal sealed partial class SpoolGateway : IAsyncDisposable
{
    public const long MaxBytes = 64L << 30;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly Uri _url = new($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly RealProcess _process;

    private SpoolGateway(string program, string data, IEnumerable<string> settings) => _process = RealProcess.Start(program,
    [
        "run", "--Data:Path", data, "--Mqtt:Port", Text(Port), "--Mqtt:AllowAnonymous", "true", "--Mqtt:TlsPort", "0", "--Http:Url", _url.ToString(),
        "--Journal:MaxBytes", Text(MaxBytes), .. settings,
    ]);

    public int Port { get; } = FreePort.Next();

    /// <summary>Complete once it answers that it is ready; how long that took is <see cref="SpoolStart.ToReady"/>.</summary>
    public static async Task<(SpoolGateway Gateway, SpoolStart Start)> StartAsync(string program, string data, IEnumerable<string> settings)
    {
        var started = Stopwatch.GetTimestamp();
        var gateway = new SpoolGateway(program, data, settings);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await gateway.IsReadyAsync()) await timer.WaitForNextTickAsync();

        var time = Stopwatch.GetElapsedTime(started);
        var figures = ProcessFigures.Of(gateway._process.Id);
        return (gateway, new(time, figures.Cpu, figures.PeakRssBytes, gateway.ReadAgain()));
    }

    /// <summary>Accepted readings in the books.</summary>
    public async Task<long> AcceptedAsync()
    {
        using var ledger = JsonDocument.Parse(await _http.GetStringAsync(new Uri(_url, "api/v1/ledger")));
        return BooksTotal.Of(ledger.RootElement.GetProperty("devices")).Accepted;
    }

    /// <summary>SIGTERM: the books are written down.</summary>
    public Task StopAsync() => _process.StopAsync(TimeSpan.FromSeconds(60));

    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited) throw new IOException($"The gateway ended at start:\n{_process.Output}");

        try
        {
            using var answer = await _http.GetAsync(new Uri(_url, "health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    private long ReadAgain() => RecordsRead().Match(_process.Output) is { Success: true } found
        ? long.Parse(found.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)
        : throw new IOException($"The gateway did not say how much it read:\n{_process.Output}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<count>\d+) records read since the snapshot", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecordsRead();
}

/// <param name="ToReady">From exec to the first 200 of /health/ready.</param>
/// <param name="Cpu">Of the gateway, by then.</param>
/// <param name="PeakRssBytes">By then.</param>
/// <param name="ReadAgain">Spool records that the books read again because their last snapshot did not hold them.</param>
internal sealed record SpoolStart(TimeSpan ToReady, TimeSpan Cpu, long PeakRssBytes, long ReadAgain);
