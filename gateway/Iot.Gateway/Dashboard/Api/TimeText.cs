using System.Globalization;

namespace Iot.Gateway.Dashboard.Api;

/// <summary>Times as the API takes and gives them; inside they are nanoseconds since 1970.</summary>
internal static class TimeText
{
    public const string Allowed = "must be unix seconds (1790000000 or 1790000000.5) or RFC 3339 (2026-09-21T14:13:20Z; write + as %2B), between 1970 and 2262";

    private const long NsPerSecond = 1_000_000_000;
    private const int FractionDigits = 9;

    /// <summary>Unix seconds or RFC 3339, both down to the nanosecond.</summary>
    public static bool TryParse(string text, out long ns)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return TryParseRfc3339(text, out ns);

        var fits = seconds <= long.MaxValue / NsPerSecond;
        ns = fits ? (long)(seconds * NsPerSecond) : 0;
        return fits;
    }

    /// <summary>RFC 3339 in UTC with as many thousands of the fraction as there are: none, ms, µs or ns.</summary>
    public static string Format(long ns)
    {
        var (seconds, fraction) = Math.DivRem(ns, NsPerSecond);
        if (fraction < 0) (seconds, fraction) = (seconds - 1, fraction + NsPerSecond);

        var whole = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return fraction == 0 ? $"{whole}Z"
            : fraction % 1_000_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{whole}.{fraction / 1_000_000:D3}Z")
            : fraction % 1_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{whole}.{fraction / 1_000:D6}Z")
            : string.Create(CultureInfo.InvariantCulture, $"{whole}.{fraction:D9}Z");
    }

    private static bool TryParseRfc3339(string text, out long ns)
    {
        ns = 0;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var zone = text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') + dot + 1;
        var fraction = dot < 0 ? "" : text[(dot + 1)..Math.Max(zone, dot + 1)];
        if (dot >= 0 && (fraction.Length is 0 or > FractionDigits)) return false;

        var whole = dot < 0 ? text : text[..dot] + text[zone..];
        if (!DateTimeOffset.TryParseExact(
                whole.ToUpperInvariant(), "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            || !HasZone(whole))
        {
            return false;
        }

        var seconds = time.ToUnixTimeSeconds();
        if (seconds < 0 || seconds >= long.MaxValue / NsPerSecond) return false;

        ns = (seconds * NsPerSecond) + (fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(FractionDigits, '0'), CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Without a zone it would mean something else on every machine.</summary>
    private static bool HasZone(string whole) => whole[^1] is 'Z' or 'z' || whole[^6] is '+' or '-';
}
