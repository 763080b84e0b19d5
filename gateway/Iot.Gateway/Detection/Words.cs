using System.Globalization;

namespace Iot.Gateway.Detection;

/// <summary>Numbers and names in the phrases of findings.</summary>
internal static class Words
{
    private const int MaxName = 80;

    /// <summary>90 s, 5 min, 2 h: the largest unit of which there are two. Not negative.</summary>
    public static string Of(TimeSpan time) => Math.Round(time.TotalSeconds, time.TotalSeconds < 10 ? 1 : 0) switch
    {
        >= 2 * 86_400 and var seconds => Number(seconds / 86_400) + " d",
        >= 2 * 3600 and var seconds => Number(seconds / 3600) + " h",
        >= 2 * 60 and var seconds => Number(seconds / 60) + " min",
        var seconds => Number(seconds) + " s",
    };

    /// <summary>Four digits are enough to see what is meant.</summary>
    public static string Number(double number) =>
        number.ToString(Math.Abs(number) is >= 1e4 and < 1e9 ? "N0" : "G4", CultureInfo.InvariantCulture);

    /// <summary>What strangers chose, cut to what fits a line.</summary>
    public static string Short(string name) => name.Length <= MaxName ? name : name[..(MaxName - 1)] + "…";
}
