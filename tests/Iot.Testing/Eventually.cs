using System.Diagnostics;

namespace Iot.Testing;

/// <summary>Waits for another process to get somewhere; inside one process a test awaits a signal instead.</summary>
public static class Eventually
{
    /// <summary>Asks every 50 ms until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It stayed no for <paramref name="limit"/> (default 30 s).</exception>
    public static async Task TrueAsync(Func<Task<bool>> question, string what, TimeSpan? limit = null)
    {
        var patience = limit ?? TimeSpan.FromSeconds(30);
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));

        while (!await question())
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
                throw new TimeoutException($"Not within {patience.TotalSeconds} s: {what}.");

            await timer.WaitForNextTickAsync();
        }
    }

    public static Task TrueAsync(Func<bool> question, string what, TimeSpan? limit = null) =>
        TrueAsync(() => Task.FromResult(question()), what, limit);

    /// <summary>Until <paramref name="address"/> answers 2xx.</summary>
    public static async Task AnswersAsync(Uri address, TimeSpan? limit = null)
    {
        using var http = new HttpClient();
        await TrueAsync(async () => await IsSuccessAsync(http, address), $"{address} answers", limit);
    }

    private static async Task<bool> IsSuccessAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}
