using System.Globalization;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>The width of a bucket as the API takes it.</summary>
internal static class DurationText
{
    public const string Allowed = "must be a number with a unit, 1ms to 366d: 500ms, 10s, 1m, 15m, 1h, 1d";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;

        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is not { } one || count == 0 || count > Longest / one) return false;

        duration = one * count;
        return true;
    }
}
