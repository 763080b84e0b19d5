using System.Globalization;
using System.Text.Json;
using Iot.Testing;

namespace Iot.CrashTest.Judging;

/// <summary>The books of one device as the gateway's API tells them, in readings.</summary>
internal sealed record LedgerBooks(
    string Device, long Received, long Accepted, long Rejected, long Duplicate, bool Provable, bool Balanced, IReadOnlyList<LedgerGap> Gaps, IReadOnlyList<LedgerSink> Sinks)
{
    public static async Task<IReadOnlyDictionary<string, LedgerBooks>> AllAsync(GatewayProcess gateway) =>
        (await gateway.GetAsync("api/v1/ledger")).GetProperty("devices").EnumerateArray().Select(Of).ToDictionary(books => books.Device, StringComparer.Ordinal);

    public bool Misses(ulong epoch, ulong seq) => Gaps.Any(gap => gap.Epoch == epoch && gap.From <= seq && seq <= gap.To);

    private static LedgerBooks Of(JsonElement json) => new(
        json.GetProperty("device").GetString()!,
        json.GetProperty("received").GetInt64(),
        json.GetProperty("accepted").GetInt64(),
        json.GetProperty("rejected").GetInt64(),
        json.GetProperty("duplicate").GetInt64(),
        json.GetProperty("provable").GetBoolean(),
        json.GetProperty("balanced").GetBoolean(),
        [.. json.GetProperty("gaps").EnumerateArray().Select(gap => new LedgerGap(
            ulong.Parse(gap.GetProperty("epoch").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture), gap.GetProperty("from").GetUInt64(), gap.GetProperty("to").GetUInt64()))],
        [.. json.GetProperty("sinks").EnumerateArray().Select(sink => new LedgerSink(
            sink.GetProperty("sink").GetString()!, sink.GetProperty("stored").GetInt64(), sink.GetProperty("pending").GetInt64(), sink.GetProperty("deadLettered").GetInt64()))]);
}

/// <summary>Batches that never arrived, both included.</summary>
internal sealed record LedgerGap(ulong Epoch, ulong From, ulong To);

internal sealed record LedgerSink(string Name, long Stored, long Pending, long DeadLettered);
