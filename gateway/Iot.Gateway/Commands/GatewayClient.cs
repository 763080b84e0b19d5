using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Access;

namespace Iot.Gateway.Commands;

/// <summary>Asks the running gateway over its HTTP API, with the key of the configuration or, where there is none, that of this machine.</summary>
internal sealed class GatewayClient(HttpOptions options, DataOptions data, ServerTrust trust) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(3), SslOptions = trust.Options() })
    {
        BaseAddress = Reachable(options.Url),
        Timeout = TimeSpan.FromSeconds(100),
    };

    /// <param name="services">Of a gateway's parts.</param>
    public static GatewayClient Of(IServiceProvider services) =>
        new(services.GetRequiredService<HttpOptions>(), services.GetRequiredService<DataOptions>(), services.GetRequiredService<ServerTrust>());

    /// <returns>Null when no gateway listens there.</returns>
    /// <exception cref="HttpRequestException">One does, and refuses.</exception>
    public async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class
    {
        using var answer = await SendAsync(path, cancellation);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(type, cancellation);
    }

    /// <inheritdoc cref="GetAsync"/>
    public async Task<T?> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class
    {
        using var answer = await SendAsync(HttpMethod.Post, path, null, cancellation);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(type, cancellation);
    }

    /// <inheritdoc cref="GetAsync"/>
    /// <param name="alsoAnswer">A status that is an answer here, and no refusal.</param>
    public Task<HttpResponseMessage?> SendAsync(string path, CancellationToken cancellation, HttpStatusCode? alsoAnswer = null) =>
        SendAsync(HttpMethod.Get, path, null, cancellation, alsoAnswer);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<HttpResponseMessage?> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellation, HttpStatusCode? alsoAnswer = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if ((options.Key() is { Length: > 0 } configured ? configured : LocalKey.Read(data.Path, options.Url)) is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (answer.IsSuccessStatusCode || answer.StatusCode == alsoAnswer) return answer;

            var said = await answer.Content.ReadAsStringAsync(cancellation);
            answer.Dispose();
            throw new HttpRequestException(DetailOf(said) ?? $"{new Uri(_http.BaseAddress!, path)} answered {(int)answer.StatusCode}: {said}", null, answer.StatusCode);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            return null;
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw new HttpRequestException($"What answers at {_http.BaseAddress} does not show the certificate of the gateway whose data these are. Does Data:Path name the right directory, and Http:Url the right gateway?", e);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Our own refusals say in their detail what is wrong and what to do; null for any other answer.</summary>
    private static string? DetailOf(string said)
    {
        try
        {
            using var problem = JsonDocument.Parse(said);
            return problem.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null; // not one of ours: the caller shows it as it is
        }
    }

    /// <summary>A server that listens on every address is asked on this machine's own.</summary>
    private static Uri Reachable(Uri url) =>
        url.Host is "0.0.0.0" or "[::]" or "*" or "+" ? new UriBuilder(url) { Host = "127.0.0.1" }.Uri : url;
}
