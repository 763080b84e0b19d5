using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Iot.Gateway.Influx;

/// <summary>Asks InfluxQL over HTTP and streams the answer: InfluxDB 1 and, by their compatible <c>/query</c>, 2 and 3.</summary>
internal sealed class InfluxQlClient(HttpClient http, InfluxOptions options, InfluxSecrets secrets)
{
    /// <summary>Rows the server puts into one piece: bounds what is in memory at once.</summary>
    private const int ChunkRows = 5_000;

    private readonly AuthenticationHeaderValue? _authorization = InfluxAddress.Authorization(options, secrets);

    /// <summary>Every series of the answer, in pieces of at most 5,000 rows; times in nanoseconds since 1970. Waits for it as long as its caller does.</summary>
    /// <exception cref="IOException">The server cannot be reached or refuses the query; the message says why.</exception>
    public IAsyncEnumerable<QlSeries> AskAsync(string influxQl, CancellationToken cancellation) => AskAsync(influxQl, Timeout.InfiniteTimeSpan, cancellation);

    /// <param name="patience">Longest until the answer begins; how long it then takes is the caller's affair.</param>
    /// <inheritdoc cref="AskAsync(string, CancellationToken)"/>
    public async IAsyncEnumerable<QlSeries> AskAsync(string influxQl, TimeSpan patience, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await OpenAsync(influxQl, patience, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var reader = new StreamReader(stream);
        var lines = new AnswerLines(reader);

        while (await lines.NextAsync(cancellation) is { } line)
        {
            if (line.Length == 0) continue;

            using var piece = Parse(line);
            foreach (var series in Series(piece.RootElement)) yield return series;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string influxQl, TimeSpan patience, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
            $"{InfluxAddress.Query(options)}db={Uri.EscapeDataString(options.QueryDatabase)}&rp={Uri.EscapeDataString(options.RetentionPolicy)}" +
            $"&epoch=ns&chunked=true&chunk_size={ChunkRows}&q={Uri.EscapeDataString(influxQl)}"));
        request.Headers.Authorization = _authorization;
        return await InfluxAsking.OpenAsync(http, request, patience, cancellation);
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw InfluxAsking.BrokenOff(e.Message, e);
        }
    }

    private static IEnumerable<QlSeries> Series(JsonElement root)
    {
        ThrowIfRefused(root);
        foreach (var result in root.GetProperty("results").EnumerateArray())
        {
            ThrowIfRefused(result);
            if (!result.TryGetProperty("series", out var all)) continue;

            var statement = result.TryGetProperty("statement_id", out var id) ? id.GetInt32() : 0;
            foreach (var series in all.EnumerateArray())
            {
                if (!series.TryGetProperty("values", out var rows)) continue;

                var tags = series.TryGetProperty("tags", out var given)
                    ? given.EnumerateObject().Select(tag => new KeyValuePair<string, string>(tag.Name, tag.Value.GetString() ?? "")).ToList()
                    : [];
                var name = series.TryGetProperty("name", out var measurement) ? measurement.GetString()! : ""; // answers about the server have none
                yield return new(statement, name, tags, rows);
            }
        }
    }

    private static void ThrowIfRefused(JsonElement element)
    {
        if (element.TryGetProperty("error", out var error)) throw new IOException($"InfluxDB refused the query: {error.GetString()}");
    }
}

/// <summary>A piece of a series of an answer; the rows are valid until the next piece is asked for.</summary>
internal sealed record QlSeries(int Statement, string Name, IReadOnlyList<KeyValuePair<string, string>> Tags, JsonElement Rows);
