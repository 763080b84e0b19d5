using System.Globalization;

namespace Iot.Gateway.Detection;

/// <summary>Numbers and names in the phrases of findings.</summary>
internal static class Words
{
    private const int MaxName = 80;

    /// <summary>90 s, 5 min, 2 h: the largest unit that comes out even, or nearly.</summary>
    public static string Of(TimeSpan time) => time.Duration() switch
    {
        { TotalDays: >= 2 } => Number(time.TotalDays) + " d",
        { TotalHours: >= 2 } => Number(time.TotalHours) + " h",
        { TotalMinutes: >= 2 } => Number(time.TotalMinutes) + " min",
        _ => Number(time.TotalSeconds) + " s",
    };

    /// <summary>Four digits are enough to see what is meant.</summary>
    public static string Number(double number) =>
        number.ToString(Math.Abs(number) is >= 1e4 and < 1e9 ? "N0" : "G4", CultureInfo.InvariantCulture);

    /// <summary>What strangers chose, cut to what fits a line.</summary>
    public static string Short(string name) => name.Length <= MaxName ? name : name[..(MaxName - 1)] + "…";
}
