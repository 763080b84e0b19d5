using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Sheet;
using Iot.Wire;

namespace Iot.Gateway.Dashboard.Live;

/// <summary><c>GET /api/v1/live</c>: server-sent events <c>overview</c> and <c>fleet</c> (or <c>devices</c>: a page of the list) each second; of one device instead of the fleet <c>device</c>, <c>gaps</c> and, up to four times, <c>values</c>.</summary>
/// <remarks>
/// A frame is made when the one before has gone out, so a slow subscriber gets fewer and waits for nobody else.
/// Whether he may still look is asked each second: a stream outlives no session and no key.
/// </remarks>
internal sealed class LiveStream(
    Callers callers, FleetWatch fleet, WholeFleet devices, WatchedDevices watched, DeviceSheets sheets, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private const int MaxSubscribers = 64;
    private const int LongestFilter = 64;
    private const int FramesPerSecond = 4;

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);
    private int _subscribers;

    /// <param name="list">The page of devices that somebody looks at, instead of the fleet's rows.</param>
    public IResult Answer(string? device, string? filter, FleetPageView? list, HttpContext http)
    {
        DeviceId? chosen = null;
        if (!string.IsNullOrEmpty(device))
        {
            if (!DeviceId.TryParse(device, out var named)) return Problem.BadParameter("device", device, "must be a device's id");
            chosen = named;
        }

        if (filter is { Length: > LongestFilter }) return Problem.BadParameter("filter", filter, $"must have at most {LongestFilter} characters");

        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(FramesAsync(chosen, filter ?? "", list, () => callers.Find(http), http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> FramesAsync(
        DeviceId? device, string filter, FleetPageView? list, Func<Caller?> who, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _subscribers) > MaxSubscribers)
        {
            Interlocked.Decrement(ref _subscribers);
            yield return new("Too many pages are open; close one.", "refused") { ReconnectionInterval = TimeSpan.FromSeconds(30) };
            yield break;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        using var watch = device is { } chosen ? watched.Start(chosen) : null;
        using var frames = new PeriodicTimer(TimeSpan.FromSeconds(1) / FramesPerSecond, clock);
        var rows = device is null ? new FleetView(filter) : null;
        var sheet = device is { } one ? new SheetView(one, sheets) : null;
        try
        {
            var frame = 0;
            do
            {
                if (frame++ % FramesPerSecond == 0)
                {
                    if (who() is not { } caller) yield break;

                    var now = fleet.Current();
                    yield return Event("overview", now.Overview);
                    if (list?.Next(devices.Current()) is { } page) yield return Event("devices", page, ApiJson.Default.FleetPageFrame);
                    if (list is null && rows?.Next(now) is { } news) yield return Event("fleet", news, ApiJson.Default.FleetFrame);
                    foreach (var (name, data) in sheet?.Next(caller.Role >= Role.Operator) ?? []) yield return Event(name, data);
                }

                if (watch?.Next() is { } values) yield return Event("values", values, ApiJson.Default.ValuesFrame);
            }
            while (await NextAsync(frames, over.Token));
        }
        finally
        {
            Interlocked.Decrement(ref _subscribers);
        }
    }

    private static SseItem<string> Event<T>(string name, T data, JsonTypeInfo<T> type) =>
        Event(name, JsonSerializer.Serialize(data, type));

    private static SseItem<string> Event(string name, string json) => new(json, name) { ReconnectionInterval = Reconnect };

    private static async Task<bool> NextAsync(PeriodicTimer frames, CancellationToken cancellation)
    {
        try
        {
            return await frames.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false; // the page is gone, or we are stopping: the stream ends
        }
    }
}
