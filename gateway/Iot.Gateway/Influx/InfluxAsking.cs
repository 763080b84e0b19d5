using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>What asking in either language has in common: one request, and an answer that is read as it comes, or words why there is none.</summary>
internal static class InfluxAsking
{
    /// <summary>Name of the client at <see cref="IHttpClientFactory"/>: writes have another, so that no query takes a connection from them.</summary>
    public const string ClientName = "influx-queries";

    /// <summary>Of these the reconciliation takes one.</summary>
    public const int Connections = 9;

    /// <summary>More of a refusal is not read.</summary>
    private const int MaxWordsBytes = 4096;

    /// <param name="patience">Longest until the answer begins.</param>
    /// <exception cref="IOException">The server cannot be reached or refuses; the message says why.</exception>
    public static async Task<HttpResponseMessage> OpenAsync(HttpClient http, HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(patience);
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            if (response.IsSuccessStatusCode) return response;

            using (response) throw new IOException($"InfluxDB answered {(int)response.StatusCode}: {await WordsAsync(response, limited.Token)}");
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"InfluxDB cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"InfluxDB did not answer within {patience.TotalSeconds} s.", e);
        }
    }

    /// <summary>The next characters of an answer under way; 0 at its end.</summary>
    /// <exception cref="IOException">It was broken off.</exception>
    public static async ValueTask<int> ReadAsync(TextReader answer, Memory<char> to, CancellationToken cancellation)
    {
        try
        {
            return await answer.ReadAsync(to, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw BrokenOff(e.Message, e);
        }
    }

    public static IOException BrokenOff(string why, Exception? cause = null) => new($"InfluxDB broke off its answer: {why}", cause);

    private static async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var words = new byte[MaxWordsBytes];
        return Encoding.UTF8.GetString(words, 0, await stream.ReadAtLeastAsync(words, words.Length, throwOnEndOfStream: false, cancellation));
    }
}
