using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Delivery;
using Iot.Gateway.Replay;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Commands;

/// <summary>Where replays are asked for: at the running gateway or, when none runs, in this process on its data directory.</summary>
internal sealed class ReplayDesk : IAsyncDisposable
{
    private static readonly TimeSpan PatienceWithSink = TimeSpan.FromSeconds(20);

    private readonly WebApplication _parts;
    private readonly GatewayClient _client;
    private readonly Replays? _local;

    private ReplayDesk(WebApplication parts, GatewayClient client, Replays? local) => (_parts, _client, _local) = (parts, client, local);

    /// <summary>No gateway runs: a replay ends with this process, and goes on with the next one or with the gateway.</summary>
    public bool IsLocal => _local is not null;

    public TimeProvider Clock => _parts.Services.GetRequiredService<TimeProvider>();

    public IReadOnlyList<string> Sinks => _local?.Sinks ?? GatewaySettings.Sinks(_parts.Configuration);

    public static async Task<ReplayDesk> OpenAsync(IReadOnlyList<string> settings, CancellationToken cancellation)
    {
        var parts = GatewayHost.BuildParts(settings);
        var client = GatewayClient.Of(parts.Services);
        using var answer = await client.SendAsync("/api/v1/replays", cancellation);
        if (answer is not null) return new(parts, client, null);

        var local = parts.Services.GetRequiredService<Replays>();
        local.Recover();
        return new(parts, client, local);
    }

    public async Task<IReadOnlyList<ReplayJson>> ListAsync(CancellationToken cancellation)
    {
        if (_local is not null) return [.. _local.All.Select(state => ReplaysEndpoints.Json(state, _local))];

        return (await AskAsync(HttpMethod.Get, "", null, ApiJson.Default.ReplaysJson, cancellation)).Replays;
    }

    public async Task<ReplayJson> FindAsync(string sink, CancellationToken cancellation) => _local is null
        ? await AskAsync(HttpMethod.Get, $"/{Uri.EscapeDataString(sink)}", null, ApiJson.Default.ReplayJson, cancellation)
        : ReplaysEndpoints.Json(_local.Find(sink) ?? throw new IOException(ReplaysEndpoints.NoneTo(sink)), _local);

    /// <exception cref="IOException">One is running already.</exception>
    public async Task<ReplayJson> StartAsync(ReplayParameters parameters, ReplayRequest request, CancellationToken cancellation)
    {
        if (_local is null)
        {
            using var body = JsonContent.Create(parameters, ApiJson.Default.ReplayParameters);
            return await AskAsync(HttpMethod.Post, "", body, ApiJson.Default.ReplayJson, cancellation);
        }

        await FixStandAsync(request.Sink, cancellation);
        var begun = ReplaysEndpoints.Json(_local.TryStart(request) ?? throw new IOException(ReplaysEndpoints.Busy(request.Sink)), _local);
        await LocalAct.WriteAsync(_parts.Services, AuditAct.ReplayStart, "replays", AuditedEndpoint.Words(begun), cancellation);
        return begun;
    }

    /// <summary>Here, one that an earlier process did not end goes on; in the running gateway it does so by itself.</summary>
    public async Task GoOnAsync(string sink, CancellationToken cancellation)
    {
        if (_local?.Find(sink) is not { EndedNs: 0 } state) return;

        await FixStandAsync(state.Request.Sink, cancellation);
        _local.GoOn(sink);
    }

    public async Task<ReplayJson> CancelAsync(string sink, CancellationToken cancellation)
    {
        if (_local is null) return await AskAsync(HttpMethod.Delete, $"/{Uri.EscapeDataString(sink)}", null, ApiJson.Default.ReplayJson, cancellation);

        _local.Cancel(sink);
        var ended = await FindAsync(sink, cancellation);
        await LocalAct.WriteAsync(_parts.Services, AuditAct.ReplayCancel, $"replays/{sink}", AuditedEndpoint.Words(ended), cancellation);
        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _parts.DisposeAsync();
    }

    private async Task<T> AskAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.SendAsync(method, "/api/v1/replays" + path, body, cancellation)
                ?? throw new IOException("The gateway has stopped answering. A replay goes on by itself when it runs again; 'iot-gateway replay list' shows it.");
            return (await answer.Content.ReadFromJsonAsync(type, cancellation))!;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound or HttpStatusCode.BadRequest && Detail(e) is { } words)
        {
            throw new IOException(words, e);
        }
    }

    /// <summary>The sentence of a problem+json at the end of the message.</summary>
    private static string? Detail(HttpRequestException e)
    {
        if (e.Message.IndexOf('{', StringComparison.Ordinal) is not (>= 0 and var at)) return null;

        using var problem = JsonDocument.Parse(e.Message[at..]);
        return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
    }

    /// <summary>Opens the sink and says where delivery to it stands, since no delivery loop does.</summary>
    private async Task FixStandAsync(string name, CancellationToken cancellation)
    {
        var sink = _parts.Services.GetServices<ISink>().First(sink => sink.Name.Equals(name, StringComparison.Ordinal));
        var opening = sink.OpenAsync(cancellation).AsTask();
        await Task.WhenAny(opening, Task.Delay(PatienceWithSink, Clock, cancellation));
        if (!opening.IsCompleted) throw new IOException(sink.Health.Problem ?? $"{name} does not open.");

        var journal = _parts.Services.GetRequiredService<FileSpool>().Journal;
        _parts.Services.GetRequiredService<DeliveryStand>().Fix(name, await opening ?? journal.OpenCursor(name).Offset);
    }
}
