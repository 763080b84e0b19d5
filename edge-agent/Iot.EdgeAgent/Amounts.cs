using System.Globalization;

namespace Iot.EdgeAgent;

/// <summary>Amounts as a person says them.</summary>
internal static class Amounts
{
    private static readonly (string Unit, double Bytes)[] Sizes = [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10)];

    /// <summary><c>1.5 GiB</c></summary>
    public static string Bytes(long bytes)
    {
        foreach (var (unit, size) in Sizes)
            if (bytes >= size) return string.Create(CultureInfo.InvariantCulture, $"{bytes / size:0.#} {unit}");

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
    }

    /// <summary><c>250 ms</c>, <c>10 s</c>, <c>5 min</c>, <c>3 h</c>, <c>89 days</c>: one unit, so that it can be said.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => Of(time.TotalMilliseconds, "ms"),
        { TotalMinutes: < 2 } => Of(time.TotalSeconds, "s"),
        { TotalHours: < 2 } => Of(time.TotalMinutes, "min"),
        { TotalDays: < 2 } => Of(time.TotalHours, "h"),
        _ => Of(time.TotalDays, "days"),
    };

    /// <summary>A clock that was set back must not make it say that something happened in the future.</summary>
    public static string Ago(TimeSpan time) => time <= TimeSpan.Zero ? "just now" : Duration(time) + " ago";

    public static string Count(long number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {(number == 1 ? one : many)}");

    private static string Of(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number:0.#} {unit}");
}
