using System.Globalization;

namespace Iot.Gateway.Influx;

/// <summary>Times as Flux writes them: RFC 3339 with up to nine digits of a second, or nanoseconds since 1970.</summary>
internal static class FluxTime
{
    private const int FractionDigits = 9;
    private const long NsPerSecond = 1_000_000_000;

    public static bool TryParse(string text, out long ns)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ns)) return true;

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var zone = dot < 0 ? text.Length : text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') + dot + 1;
        var fraction = dot < 0 ? "" : text[(dot + 1)..Math.Max(zone, dot + 1)];
        var whole = dot < 0 ? text : text[..dot] + text[Math.Max(zone, dot)..];
        if (fraction.Length > FractionDigits || !DateTimeOffset.TryParseExact(whole, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;

        ns = (time.ToUnixTimeSeconds() * NsPerSecond) + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(FractionDigits, '0'), CultureInfo.InvariantCulture));
        return true;
    }
}
