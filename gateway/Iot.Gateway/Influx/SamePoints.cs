using System.Text;

namespace Iot.Gateway.Influx;

/// <summary>Finds, behind lines that were sent again, those of the same series and time: they hold the later values.</summary>
internal sealed class SamePoints
{
    private readonly LineRange _range;
    private readonly Func<int, bool> _again;
    private readonly Dictionary<string, int> _first = new(StringComparer.Ordinal);

    public SamePoints(LineRange range, Func<int, bool> again)
    {
        (_range, _again) = (range, again);
        for (var i = 0; i < range.Count; i++)
            if (again(i)) _first.TryAdd(Key(i), i);
    }

    public bool IsLater(int line) => !_again(line) && _first.TryGetValue(Key(line), out var first) && first < line;

    /// <summary>Measurement, tags and time: the line without its fields. Bytes as characters, since only equality counts.</summary>
    private string Key(int index)
    {
        var line = _range.Body.Line(_range.First + index);
        var fields = _range.Body.PartsOf(_range.First + index)[0].Start - _range.Body.StartOf(_range.First + index);
        return Encoding.Latin1.GetString(line[..fields]) + Encoding.Latin1.GetString(line[line.LastIndexOf((byte)' ')..]);
    }
}
