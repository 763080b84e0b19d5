using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Iot.Gateway.Dashboard.Access;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Sheet;

namespace Iot.Gateway.Dashboard.Live;

/// <summary><c>GET /api/v1/live</c>: server-sent events <c>overview</c> and, of what was asked for, <c>fleet</c>, <c>devices</c>, <c>sinks</c>, or <c>device</c> and <c>gaps</c>, each second; <c>values</c> up to four times.</summary>
/// <remarks>
/// A frame is made when the one before has gone out, so a slow subscriber gets fewer and waits for nobody else.
/// Whether he may still look is asked each second: a stream outlives no session and no key.
/// </remarks>
internal sealed class LiveStream(
    Callers callers, FleetWatch fleet, WholeFleet devices, SinksWatch sinks, WatchedDevices watched, DeviceSheets sheets, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private const int MaxSubscribers = 64;
    private const int FramesPerSecond = 4;

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);
    private int _subscribers;

    public IResult Answer(LiveQuestion question, HttpContext http)
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(FramesAsync(question, () => callers.Find(http), http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> FramesAsync(LiveQuestion question, Func<Caller?> who, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _subscribers) > MaxSubscribers)
        {
            Interlocked.Decrement(ref _subscribers);
            yield return new("Too many pages are open; close one.", "refused") { ReconnectionInterval = TimeSpan.FromSeconds(30) };
            yield break;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lifetime.ApplicationStopping);
        var watches = question.Watched.Select(watched.Start).ToList();
        using var frames = new PeriodicTimer(TimeSpan.FromSeconds(1) / FramesPerSecond, clock);
        var sheet = question.Device is { } device ? new SheetView(device, sheets) : null;
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
                    if (question.Fleet?.Next(now) is { } rows) yield return Event("fleet", rows, ApiJson.Default.FleetFrame);
                    if (question.List?.Next(devices.Current()) is { } page) yield return Event("devices", page, ApiJson.Default.FleetPageFrame);
                    if (question.Sinks && caller.Role >= Role.Operator) yield return Event("sinks", sinks.Current(), ApiJson.Default.SinksFrame);
                    foreach (var (name, data) in sheet?.Next(caller.Role >= Role.Operator) ?? []) yield return Event(name, data);
                }

                foreach (var watch in watches)
                    if (watch.Next() is { } values) yield return Event("values", values, ApiJson.Default.ValuesFrame);
            }
            while (await NextAsync(frames, over.Token));
        }
        finally
        {
            foreach (var watch in watches) watch.Dispose();
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
