using System.Text.Json;
using Iot.Testing;

namespace Iot.LoadTest.SecureDevices;

/// <summary>What the gateway holds of each device, against what the device was promised.</summary>
internal sealed class FleetBooks(GatewayProcess gateway, SecureFleet fleet)
{
    /// <summary>Once all is delivered. Empty when for each device acknowledged = accepted = stored, without a gap, and nothing is double but what was sent again.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        await Eventually.TrueAsync(async () => (await LedgerAsync()).Values.All(books => Sink(books, "pending") == 0), "all is delivered", TimeSpan.FromMinutes(2));
        var (ledger, stored) = (await LedgerAsync(), await StoredAsync());
        return [.. fleet.Devices.SelectMany(device => Of(device, ledger.GetValueOrDefault(device.Id), stored.GetValueOrDefault(device.Id)))];
    }

    private IEnumerable<string> Of(SecureDevice device, JsonElement books, long stored)
    {
        if (books.ValueKind == JsonValueKind.Undefined)
        {
            yield return $"{device.Id} is not in the ledger.";
            yield break;
        }

        var promised = device.Acknowledged * fleet.Plan.Readings;
        var accepted = books.GetProperty("accepted").GetInt64();
        var duplicate = books.GetProperty("duplicate").GetInt64();
        if (accepted != promised) yield return $"{device.Id}: {promised} readings were acknowledged, the ledger has {accepted}.";
        if (stored != promised) yield return $"{device.Id}: {promised} readings were acknowledged, the store has {stored}.";
        if (duplicate > device.Resent * fleet.Plan.Readings) yield return $"{device.Id}: {duplicate} readings came twice, {device.Resent} messages were sent again.";
        if (books.GetProperty("rejected").GetInt64() > 0) yield return $"{device.Id}: readings were rejected.";
        if (books.GetProperty("gaps").GetArrayLength() > 0) yield return $"{device.Id}: the ledger names gaps.";
        if (!books.GetProperty("balanced").GetBoolean()) yield return $"{device.Id}: the books do not balance.";
    }

    private async Task<Dictionary<string, JsonElement>> LedgerAsync() =>
        (await gateway.GetAsync("api/v1/ledger")).GetProperty("devices").EnumerateArray().ToDictionary(books => books.GetProperty("device").GetString()!);

    private static long Sink(JsonElement books, string what) => books.GetProperty("sinks").EnumerateArray().Sum(sink => sink.GetProperty(what).GetInt64());

    /// <summary>Rows of the embedded store: a reading stored twice counts twice.</summary>
    private async Task<Dictionary<string, long>> StoredAsync()
    {
        var query = Uri.EscapeDataString("SELECT device, count(*) AS n FROM readings GROUP BY device");
        var rows = await gateway.Http.GetStringAsync(new Uri($"api/v1/sql?format=csv&query={query}", UriKind.Relative));
        return rows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(row => row.Split(','))
            .ToDictionary(cells => cells[0], cells => long.Parse(cells[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
