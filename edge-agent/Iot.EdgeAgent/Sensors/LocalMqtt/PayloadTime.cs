using System.Globalization;
using System.Text.Json;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>A time in JSON: ISO 8601 with a zone, or seconds or milliseconds since 1970.</summary>
internal static class PayloadTime
{
    private const double MostSeconds = 1e11; // the year 5138; more is milliseconds

    /// <summary>Null when it is none. Without a zone nobody knows when it was.</summary>
    public static DateTimeOffset? Of(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var number) && number is > 0 and < 1e14)
            return DateTimeOffset.UnixEpoch.AddSeconds(number < MostSeconds ? number : number / 1000);

        if (json.ValueKind != JsonValueKind.String || json.GetString() is not { } text || !HasZone(text)) return null;

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
    }

    private static bool HasZone(string text) => text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) >= "2026-01-01T00".Length;
}
