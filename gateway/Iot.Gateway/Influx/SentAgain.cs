using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>Which lines of a range go out a second time: those chosen, and behind them all of the same series and time.</summary>
/// <remarks>The others hold later values, which must not end up below the earlier ones.</remarks>
internal sealed class SentAgain
{
    private readonly HashSet<int> _lines = [];

    public SentAgain(LineRange range, Func<int, bool> chosen)
    {
        var points = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < range.Count; i++)
        {
            if (chosen(i))
            {
                points.Add(Point(range, i));
                _lines.Add(i);
            }
            else if (points.Count > 0 && points.Contains(Point(range, i)))
            {
                _lines.Add(i);
            }
        }
    }

    public bool Contains(int line) => _lines.Contains(line);

    /// <summary>Measurement, tags and time: the line without its fields. Bytes as characters, since only equality counts.</summary>
    private static string Point(LineRange range, int index)
    {
        var line = range.Body.Line(range.First + index);
        var fields = range.Body.PartsOf(range.First + index)[0].Start - range.Body.StartOf(range.First + index);
        return Encoding.Latin1.GetString(line[..fields]) + Encoding.Latin1.GetString(line[line.LastIndexOf((byte)' ')..]);
    }
}
