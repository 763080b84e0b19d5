using System.Text;
using Iot.Gateway.Delivery;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Reconciliation;

/// <summary>Series as InfluxDB names them: what line protocol cannot say is changed by <see cref="LineEscaping"/> on the way.</summary>
internal static class InfluxSpelling
{
    /// <summary>The name that comes back for a series of ours.</summary>
    public static SeriesName Of(SeriesName series) => series with
    {
        Measurement = Written(series.Measurement),
        Field = Written(series.Field),
        Tags = Encoding.UTF8.GetString(new TagSet().Merge(Encoding.UTF8.GetBytes(series.Tags), [])),
    };

    /// <summary>The series of a piece of an answer; null without a <c>device</c> tag: no gateway wrote that.</summary>
    public static SeriesName? Read(QlSeries piece, string field)
    {
        var device = "";
        var tags = new List<string>();
        foreach (var (key, value) in piece.Tags)
        {
            if (key.Equals("device", StringComparison.Ordinal)) device = value;
            else if (value.Length > 0) tags.Add($"{Escaped(key)}={Escaped(value)}"); // grouped by all tags, those that a series lacks are empty
        }

        return device.Length == 0 ? null : new(device, piece.Name, field, Encoding.UTF8.GetString(new TagSet().Merge(Encoding.UTF8.GetBytes(string.Join(',', tags)), [])));
    }

    /// <summary>A backslash at the end cannot be written, control characters become two characters.</summary>
    private static string Written(string name) => name.TrimEnd('\\')
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal);

    private static string Escaped(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var to = new byte[utf8.Length * LineEscaping.Growth];
        return Encoding.UTF8.GetString(to, 0, LineEscaping.Key(utf8, to));
    }
}

/// <summary>Durations as InfluxDB writes them: <c>168h0m0s</c>; 0 for ever.</summary>
internal static class InfluxDuration
{
    public static TimeSpan Parse(string text)
    {
        var (sum, number) = (TimeSpan.Zero, 0L);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c)) number = (number * 10) + (c - '0');
            else (sum, number) = (sum + (Unit(c) * number), 0);
        }

        return sum;
    }

    private static TimeSpan Unit(char unit) => unit switch
    {
        'w' => TimeSpan.FromDays(7),
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        _ => TimeSpan.FromSeconds(1),
    };
}
