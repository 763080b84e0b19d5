using System.Globalization;
using System.Net;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Iot.Gateway.Commands;

/// <summary>Dead letters of the running gateway over its API or, when none runs, of its data directory by the same code.</summary>
internal sealed class DeadLettersSource : IAsyncDisposable
{
    private const string Root = "/api/v1/dead-letters";

    private readonly WebApplication _gateway;
    private readonly GatewayClient _client;
    private GatewayView? _files;

    public DeadLettersSource(IReadOnlyList<string> settings)
    {
        _gateway = GatewayHost.BuildParts(settings);
        _client = GatewayClient.Of(_gateway.Services);
    }

    public async Task<DeadLettersJson> ListAsync(DeadLettersParameters which, CancellationToken cancellation) =>
        await _client.GetAsync($"{Root}?{Query(which)}", ApiJson.Default.DeadLettersJson, cancellation)
        ?? Value<DeadLettersJson>(DeadLettersEndpoint.List(which, await FilesAsync(cancellation)));

    /// <summary>Null when there is none of that id.</summary>
    public async Task<DeadLetterContentJson?> GetAsync(long id, CancellationToken cancellation)
    {
        using var answer = await _client.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{Root}/{id}"), cancellation, HttpStatusCode.NotFound);
        if (answer is null)
            return (await FilesAsync(cancellation)).DeadLetters.Get(id) is { } letter ? DeadLetterContentJson.Of(letter) : null;

        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync(ApiJson.Default.DeadLetterContentJson, cancellation) : null;
    }

    public async Task<RequeueJson> RequeueAsync(DeadLettersParameters which, bool isDryRun, CancellationToken cancellation) =>
        await PostAsync($"requeue?dryRun={(isDryRun ? "true" : "false")}&{Query(which)}", ApiJson.Default.RequeueJson, cancellation)
        ?? await ToldAsync<RequeueJson>(AuditAct.DeadLettersRequeue, $"{Query(which)}{(isDryRun ? "&dryRun=true" : "")}",
            await DeadLettersEndpoint.RequeueAsync(which, isDryRun, await FilesAsync(cancellation), cancellation), cancellation);

    public async Task<DiscardJson> DiscardAsync(DeadLettersParameters which, CancellationToken cancellation) =>
        await PostAsync($"discard?{Query(which)}", ApiJson.Default.DiscardJson, cancellation)
        ?? await ToldAsync<DiscardJson>(AuditAct.DeadLettersDiscard, Query(which), await DeadLettersEndpoint.DiscardAsync(which, await FilesAsync(cancellation), cancellation), cancellation);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    private Task<T?> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class =>
        _client.PostAsync($"{Root}/{path}", type, cancellation);

    /// <summary>Reads the spool first: what was requeued before a crash must be known.</summary>
    private async Task<GatewayView> FilesAsync(CancellationToken cancellation)
    {
        if (_files is not null) return _files;

        await _gateway.Services.GetRequiredService<Bookkeeper>().RecoverAsync(cancellation);
        return _files = _gateway.Services.GetRequiredService<GatewayView>();
    }

    private async Task<T> ToldAsync<T>(AuditAct act, string which, IResult result, CancellationToken cancellation) where T : class
    {
        var value = Value<T>(result);
        await LocalAct.WriteAsync(_gateway.Services, act, $"dead-letters?{which}", AuditedEndpoint.DetailOf(result), cancellation);
        return value;
    }

    private static T Value<T>(IResult result) where T : class => result switch
    {
        Ok<T> ok => ok.Value!,
        ProblemHttpResult problem => throw new InvalidDataException(problem.ProblemDetails.Detail),
        _ => throw new InvalidDataException($"unexpected answer {result.GetType().Name}"),
    };

    private static string Query(DeadLettersParameters which) => string.Join('&', new (string Name, string? Value)[]
    {
        ("device", which.Device), ("reason", which.Reason), ("sink", which.Sink), ("state", which.State),
        ("from", which.From), ("to", which.To), ("after", which.After), ("limit", which.Limit), ("id", which.Ids),
    }.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
}
