using System.Text.Json;
using Iot.Testing;

namespace Iot.EndToEnd.Tests.Load;

/// <summary>The books of one device as the API shows them.</summary>
internal sealed record Books(string Device, long Received, long Accepted, long Rejected, long Duplicate, bool Provable, bool Balanced, int Gaps, IReadOnlyList<SinkEntry> Sinks)
{
    public static async Task<IReadOnlyList<Books>> AllAsync(GatewayProcess gateway) =>
        [.. (await gateway.GetAsync("api/v1/ledger")).GetProperty("devices").EnumerateArray().Select(Of)];

    /// <summary>Null for a device that has not spoken yet.</summary>
    public static async Task<Books?> OfAsync(GatewayProcess gateway, string device) =>
        (await AllAsync(gateway)).FirstOrDefault(books => books.Device.Equals(device, StringComparison.Ordinal));

    /// <summary>Once every sink has everything. The books follow the journal, so what was acknowledged a moment ago may not be in them yet.</summary>
    /// <param name="accepted">So many readings at least, of all devices.</param>
    public static Task SettledAsync(GatewayProcess gateway, TimeSpan? limit = null, long accepted = 1)
    {
        var before = -1L;
        return Eventually.TrueAsync(
            async () =>
            {
                var all = await AllAsync(gateway);
                var received = all.Sum(books => books.Received);
                var isStill = received == before;
                before = received;
                return isStill && all.Sum(books => books.Accepted) >= accepted && all.All(books => books.Sinks.All(sink => sink.Pending == 0));
            },
            "nothing is pending", limit);
    }

    private static Books Of(JsonElement json) => new(
        json.GetProperty("device").GetString()!,
        json.GetProperty("received").GetInt64(),
        json.GetProperty("accepted").GetInt64(),
        json.GetProperty("rejected").GetInt64(),
        json.GetProperty("duplicate").GetInt64(),
        json.GetProperty("provable").GetBoolean(),
        json.GetProperty("balanced").GetBoolean(),
        json.GetProperty("gaps").GetArrayLength(),
        [.. json.GetProperty("sinks").EnumerateArray().Select(sink => new SinkEntry(
            sink.GetProperty("sink").GetString()!, sink.GetProperty("stored").GetInt64(), sink.GetProperty("pending").GetInt64(), sink.GetProperty("deadLettered").GetInt64()))]);
}

internal sealed record SinkEntry(string Sink, long Stored, long Pending, long DeadLettered);
