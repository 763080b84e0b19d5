using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Audit;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Commands;

/// <summary>Users and keys of the running gateway over its API or, when none runs, of its data directory by the same code.</summary>
internal sealed class AccessDesk : IAsyncDisposable
{
    private readonly WebApplication _gateway;
    private readonly GatewayClient _client;

    public AccessDesk(IReadOnlyList<string> settings)
    {
        _gateway = GatewayHost.BuildParts(settings);
        _client = GatewayClient.Of(_gateway.Services);
    }

    /// <param name="path">Below <c>/api/v1</c>.</param>
    /// <param name="onFiles">What the endpoint does, when no gateway runs.</param>
    public async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, Func<IServiceProvider, Task<IResult>> onFiles, CancellationToken cancellation) where T : class
    {
        using var answer = await _client.SendAsync(method, $"/api/v1/{path}", body, cancellation);
        if (answer is not null) return (await answer.Content.ReadFromJsonAsync(type, cancellation))!;

        _gateway.Services.GetRequiredService<FileSpool>(); // no gateway starts meanwhile
        return DevicesDesk.Value<T>(await onFiles(_gateway.Services));
    }

    /// <summary>What changes something is in the audit log either way.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task<T> ChangeAsync<T>(
        HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, AuditAct act, string on, Func<IServiceProvider, Task<IResult>> onFiles, CancellationToken cancellation) where T : class
    {
        var isOnFiles = false;
        var value = await AskAsync(method, path, body, type, services =>
        {
            isOnFiles = true;
            return onFiles(services);
        }, cancellation);
        if (isOnFiles) await LocalAct.WriteAsync(_gateway.Services, act, on, "", cancellation);
        return value;
    }

    public static HttpContent Body<T>(T parameters, JsonTypeInfo<T> type)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(parameters, type));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return body;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }
}
