using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Devices;
using Iot.Gateway.Spooling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Commands;

/// <summary>The registry of the running gateway over its API or, when none runs, of its data directory by the same code.</summary>
internal sealed class DevicesDesk : IAsyncDisposable
{
    private const string Root = "/api/v1/registry";

    private readonly WebApplication _gateway;
    private readonly GatewayClient _client;
    private readonly HttpOptions _http;

    public DevicesDesk(IReadOnlyList<string> settings)
    {
        _gateway = GatewayHost.BuildParts(settings);
        _http = _gateway.Services.GetRequiredService<HttpOptions>();
        _client = new(_http);
    }

    public async Task<EnrollmentTokenJson> AddAsync(AddDeviceParameters parameters, CancellationToken cancellation)
    {
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(parameters, ApiJson.Default.AddDeviceParameters));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(HttpMethod.Post, "", body, ApiJson.Default.EnrollmentTokenJson, cancellation)
            ?? Value<EnrollmentTokenJson>(RegistryEndpoints.Add(parameters, Registry, Enrollment, _http));
    }

    public async Task<EnrollmentTokenJson> TokenAsync(string device, string? validFor, CancellationToken cancellation) =>
        await SendAsync(HttpMethod.Post, $"/{Uri.EscapeDataString(device)}/token{(validFor is null ? "" : $"?validFor={Uri.EscapeDataString(validFor)}")}", null, ApiJson.Default.EnrollmentTokenJson, cancellation)
        ?? Value<EnrollmentTokenJson>(RegistryEndpoints.Token(device, validFor, Registry, Enrollment, _http));

    public async Task<RegistryJson> ListAsync(CancellationToken cancellation) =>
        await SendAsync(HttpMethod.Get, "", null, ApiJson.Default.RegistryJson, cancellation) ?? Value<RegistryJson>(RegistryEndpoints.List(Registry));

    public async Task<RegisteredDeviceJson> ShowAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Get, device, "", cancellation) ?? Value<RegisteredDeviceJson>(RegistryEndpoints.Show(device, Registry));

    public async Task<RegisteredDeviceJson> DisableAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Post, device, "/disable", cancellation) ?? Value<RegisteredDeviceJson>(RegistryEndpoints.Disable(device, Registry));

    public async Task<RegisteredDeviceJson> EnableAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Post, device, "/enable", cancellation) ?? Value<RegisteredDeviceJson>(RegistryEndpoints.Enable(device, Registry));

    public async Task<RegisteredDeviceJson> RemoveAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Delete, device, "", cancellation) ?? Value<RegisteredDeviceJson>(RegistryEndpoints.Remove(device, Registry));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    private DeviceRegistry Registry
    {
        get
        {
            _gateway.Services.GetRequiredService<FileSpool>(); // no gateway starts meanwhile
            return _gateway.Services.GetRequiredService<DeviceRegistry>();
        }
    }

    private Enrollment Enrollment => _gateway.Services.GetRequiredService<Enrollment>();

    private Task<RegisteredDeviceJson?> DeviceAsync(HttpMethod method, string device, string what, CancellationToken cancellation) =>
        SendAsync(method, $"/{Uri.EscapeDataString(device)}{what}", null, ApiJson.Default.RegisteredDeviceJson, cancellation);

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class
    {
        using var answer = await _client.SendAsync(method, Root + path, body, cancellation);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(type, cancellation);
    }

    private static T Value<T>(IResult result) where T : class => result switch
    {
        Ok<T> ok => ok.Value!,
        Created<T> created => created.Value!,
        ProblemHttpResult problem => throw new InvalidDataException(problem.ProblemDetails.Detail),
        _ => throw new InvalidDataException($"unexpected answer {result.GetType().Name}"),
    };
}
