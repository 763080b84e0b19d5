using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Audit;
using Iot.Gateway.Certificates;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Install;
using Iot.Gateway.Devices;
using Iot.Gateway.Spooling;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Commands;

/// <summary>Registry and CA of the running gateway over its API or, when none runs, of its data directory by the same code.</summary>
internal sealed class DevicesDesk : IAsyncDisposable
{
    private const string Root = "/api/v1/registry";

    private readonly WebApplication _gateway;
    private readonly GatewayClient _client;

    public DevicesDesk(IReadOnlyList<string> settings)
    {
        _gateway = GatewayHost.BuildParts(settings);
        _client = GatewayClient.Of(_gateway.Services);
    }

    public async Task<EnrollmentTokenJson> AddAsync(AddDeviceParameters parameters, CancellationToken cancellation)
    {
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(parameters, ApiJson.Default.AddDeviceParameters));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(HttpMethod.Post, "", body, ApiJson.Default.EnrollmentTokenJson, cancellation)
            ?? await LocalAsync<EnrollmentTokenJson>(AuditAct.DeviceAdd, parameters.Device ?? "", () => RegistryEndpoints.Add(parameters, Registry, Enrollment, Install), cancellation);
    }

    public async Task<EnrollmentTokenJson> TokenAsync(string device, string? validFor, CancellationToken cancellation) =>
        await SendAsync(HttpMethod.Post, $"/{Uri.EscapeDataString(device)}/token{(validFor is null ? "" : $"?validFor={Uri.EscapeDataString(validFor)}")}", null, ApiJson.Default.EnrollmentTokenJson, cancellation)
        ?? await LocalAsync<EnrollmentTokenJson>(AuditAct.DeviceToken, device, () => RegistryEndpoints.Token(device, validFor, Registry, Enrollment, Install), cancellation);

    public async Task<RegistryJson> ListAsync(CancellationToken cancellation) =>
        await SendAsync(HttpMethod.Get, "", null, ApiJson.Default.RegistryJson, cancellation) ?? Value<RegistryJson>(RegistryEndpoints.List(Registry));

    public async Task<RegisteredDeviceJson> ShowAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Get, device, "", cancellation) ?? Value<RegisteredDeviceJson>(RegistryEndpoints.Show(device, Registry));

    public async Task<RegisteredDeviceJson> DisableAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Post, device, "/disable", cancellation) ?? await LocalAsync<RegisteredDeviceJson>(AuditAct.DeviceDisable, device, () => RegistryEndpoints.Disable(device, Registry), cancellation);

    public async Task<RegisteredDeviceJson> EnableAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Post, device, "/enable", cancellation) ?? await LocalAsync<RegisteredDeviceJson>(AuditAct.DeviceEnable, device, () => RegistryEndpoints.Enable(device, Registry), cancellation);

    public async Task<RegisteredDeviceJson> RemoveAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Delete, device, "", cancellation) ?? await LocalAsync<RegisteredDeviceJson>(AuditAct.DeviceRemove, device, () => RegistryEndpoints.Remove(device, Registry), cancellation);

    public async Task<DevicePasswordJson> PasswordAsync(string device, DevicePasswordParameters parameters, CancellationToken cancellation)
    {
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(parameters, ApiJson.Default.DevicePasswordParameters));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(HttpMethod.Post, $"/{Uri.EscapeDataString(device)}/password", body, ApiJson.Default.DevicePasswordJson, cancellation)
            ?? await LocalAsync<DevicePasswordJson>(AuditAct.DevicePassword, device, () => PasswordEndpoints.Set(device, parameters, Registry), cancellation);
    }

    public async Task<RegisteredDeviceJson> NoPasswordAsync(string device, CancellationToken cancellation) =>
        await DeviceAsync(HttpMethod.Delete, device, "/password", cancellation)
        ?? await LocalAsync<RegisteredDeviceJson>(AuditAct.DevicePassword, device, () => PasswordEndpoints.Remove(device, Registry), cancellation);

    public async Task<CaJson> CaAsync(CancellationToken cancellation) =>
        await SendCaAsync(HttpMethod.Get, "", cancellation) ?? Value<CaJson>(CaEndpoints.Show(Authorities, Registry));

    public async Task<CaJson> RotateCaAsync(CancellationToken cancellation) =>
        await SendCaAsync(HttpMethod.Post, "/rotate", cancellation) ?? await LocalAsync<CaJson>(AuditAct.CaRotate, "ca", () => CaEndpoints.Rotate(Authorities, Registry), cancellation);

    public async Task<CaJson> RetireCaAsync(bool force, CancellationToken cancellation) =>
        await SendCaAsync(HttpMethod.Post, $"/retire?force={(force ? "true" : "false")}", cancellation)
        ?? await LocalAsync<CaJson>(AuditAct.CaRetire, "ca", () => CaEndpoints.Retire(Authorities, Registry, force), cancellation);

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

    private Authorities Authorities
    {
        get
        {
            _gateway.Services.GetRequiredService<FileSpool>(); // no gateway starts meanwhile
            return _gateway.Services.GetRequiredService<Authorities>();
        }
    }

    private Enrollment Enrollment => _gateway.Services.GetRequiredService<Enrollment>();

    private InstallLine Install => _gateway.Services.GetRequiredService<InstallLine>();

    private Task<RegisteredDeviceJson?> DeviceAsync(HttpMethod method, string device, string what, CancellationToken cancellation) =>
        SendAsync(method, $"/{Uri.EscapeDataString(device)}{what}", null, ApiJson.Default.RegisteredDeviceJson, cancellation);

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class
    {
        using var answer = await _client.SendAsync(method, Root + path, body, cancellation);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(type, cancellation);
    }

    private async Task<CaJson?> SendCaAsync(HttpMethod method, string what, CancellationToken cancellation)
    {
        using var answer = await _client.SendAsync(method, "/api/v1/ca" + what, null, cancellation);
        return answer is null ? null : await answer.Content.ReadFromJsonAsync(ApiJson.Default.CaJson, cancellation);
    }

    /// <summary>On the files of a gateway that does not run; its audit log is told.</summary>
    private async Task<T> LocalAsync<T>(AuditAct act, string on, Func<IResult> change, CancellationToken cancellation) where T : class
    {
        var done = Value<T>(change());
        await LocalAct.WriteAsync(_gateway.Services, act, on, "", cancellation);
        return done;
    }

    /// <summary>What an endpoint answered, or why not as an exception.</summary>
    public static T Value<T>(IResult result) where T : class => result switch
    {
        Ok<T> ok => ok.Value!,
        Created<T> created => created.Value!,
        ProblemHttpResult problem => throw new InvalidDataException(problem.ProblemDetails.Detail),
        _ => throw new InvalidDataException($"unexpected answer {result.GetType().Name}"),
    };
}
