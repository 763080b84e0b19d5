using System.Globalization;

namespace Iot.EdgeAgent.Setup;

/// <summary>Amounts as a person types them.</summary>
internal static class TypedAmount
{
    private const long SmallestOutbox = 1L << 20;
    private const long LargestOutbox = 1L << 40;
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    /// <summary><c>500ms</c>, <c>10s</c>, <c>5min</c>, <c>1h</c>, or as in settings <c>00:00:10</c>; a number alone means seconds.</summary>
    public static bool TryParseInterval(string text, out TimeSpan interval, out string whyNot)
    {
        whyNot = "write how often as 500ms, 10s, 5min or 1h; 100 ms to one day.";
        var unit = Unit(text, out var number) switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "" or "s" => TimeSpan.FromSeconds(1),
            "m" or "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (!text.Contains(':', StringComparison.Ordinal)) interval = number is > 0 and < 1e8 ? unit * number : TimeSpan.Zero;
        else if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out interval)) return false;

        return interval >= ShortestInterval && interval <= LongestInterval;
    }

    /// <summary><c>512MiB</c>, <c>1G</c>; binary units, with or without <c>iB</c> or <c>B</c>.</summary>
    public static bool TryParseSize(string text, out long bytes, out string whyNot)
    {
        whyNot = $"{text}: write the size of the outbox as 512MiB or 2GiB; 1 MiB to 1 TiB.";
        var unit = Unit(text, out var number) switch
        {
            "k" or "kb" or "kib" => 1L << 10,
            "m" or "mb" or "mib" => 1L << 20,
            "g" or "gb" or "gib" => 1L << 30,
            "t" or "tb" or "tib" => 1L << 40,
            "" or "b" => 1,
            _ => 0,
        };
        bytes = number is > 0 and < 1e15 && number * unit <= LargestOutbox ? (long)(number * unit) : 0;
        return bytes >= SmallestOutbox;
    }

    /// <summary>What follows the number, in small letters; the number is 0 when there is none.</summary>
    private static string Unit(string text, out double number)
    {
        text = text.Trim();
        var digits = text.TakeWhile(character => char.IsAsciiDigit(character) || character is '.').Count();
        _ = double.TryParse(text.AsSpan(0, digits), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        return text[digits..].Trim().ToLowerInvariant();
    }
}
