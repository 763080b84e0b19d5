using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>The write API over HTTP: one POST, body taken from the caller's buffer, answer read up to a limit. Thread-safe.</summary>
internal sealed class InfluxHttp : IInfluxServer
{
    /// <summary>Name of the client at <see cref="IHttpClientFactory"/>.</summary>
    public const string ClientName = "influx";

    /// <summary>More of an answer is not read.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>From here on the server is asked first: influxd answers 413 to the head and closes, which a sender of the body never reads.</summary>
    private const int AskFirstBytes = 1024 * 1024;

    private static readonly MediaTypeHeaderValue LineProtocol = new("text/plain", "utf-8");

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly Uri _address;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly bool _packs;
    private readonly ConcurrentBag<MemoryStream> _packed = [];

    public InfluxHttp(HttpClient http, InfluxOptions options, InfluxSecrets secrets, TimeProvider clock)
    {
        (_http, _clock) = (http, clock);
        _address = InfluxAddress.Write(options);
        _authorization = InfluxAddress.Authorization(options, secrets);
        _packs = options.Gzip == InfluxGzip.On || (options.Gzip == InfluxGzip.Auto && !_address.IsLoopback);
    }

    public async ValueTask<InfluxAnswer> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        if (!_packs) return await PostAsync(lines, packed: false, cancellation);

        if (!_packed.TryTake(out var buffer)) buffer = new();
        buffer.SetLength(0);
        await using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(lines.Span);
        var answer = await PostAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), packed: true, cancellation);
        _packed.Add(buffer);
        return answer;
    }

    private async ValueTask<InfluxAnswer> PostAsync(ReadOnlyMemory<byte> body, bool packed, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body) };
        request.Headers.Authorization = _authorization;
        request.Headers.ExpectContinue = body.Length >= AskFirstBytes;
        request.Content.Headers.ContentType = LineProtocol;
        if (packed) request.Content.Headers.ContentEncoding.Add("gzip");

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var said = await ReadAsync(response.Content, cancellation);
            return AnswerTable.Read((int)response.StatusCode, said, RetryAfter(response.Headers.RetryAfter));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return InfluxAnswer.Broken(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message); // the lines wait
        }
    }

    private static async ValueTask<string> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength == 0) return "";

        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxAnswerBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - _clock.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
