namespace Iot.EdgeAgent.Sensors;

/// <summary>Rounds away what only the computation brought in: 21.400000000000002 is 21.4.</summary>
internal static class Significant
{
    private const int Digits = 10;

    /// <summary>To ten significant digits, more than any sensor has.</summary>
    public static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;

        var decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals switch
        {
            < 0 => value,
            <= 15 => Math.Round(value, decimals),
            _ => double.Parse(value.ToString("E9", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
