using System.Globalization;
using System.Text;

namespace Iot.Gateway.Tests.Influx;

/// <summary>Line protocol read the slow and obvious way, after InfluxData's description of it; shares nothing with the writer.</summary>
internal sealed class TinyLineParser(string text)
{
    private int _at;

    public static IEnumerable<ParsedLine> Parse(string text)
    {
        var parser = new TinyLineParser(text);
        while (parser._at < text.Length) yield return parser.Line();
    }

    private ParsedLine Line()
    {
        var measurement = Key(", ", ", ");
        var tags = new Dictionary<string, string>();
        while (text[_at] == ',')
        {
            _at++;
            var key = Key("=");
            _at++;
            tags.Add(key, Key(", "));
        }

        var fields = new List<(string, object)>();
        do
        {
            _at++;
            var key = Key("=");
            _at++;
            fields.Add((key, text[_at] == '"' ? String() : Plain()));
        }
        while (text[_at] == ',');

        var end = text.IndexOf('\n', _at);
        var time = long.Parse(text[(_at + 1)..end], CultureInfo.InvariantCulture);
        _at = end + 1;
        return new(measurement, tags, fields, time);
    }

    private string Key(string ends, string escapable = ",= ")
    {
        var key = new StringBuilder();
        for (; !ends.Contains(text[_at]); _at++)
        {
            if (text[_at] == '\n') throw new FormatException($"A line ends inside a name, at {_at}.");
            if (text[_at] == '\\' && escapable.Contains(text[_at + 1])) _at++;
            key.Append(text[_at]);
        }

        return key.ToString();
    }

    private string String()
    {
        var value = new StringBuilder();
        for (_at++; text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\' && "\"\\".Contains(text[_at + 1])) _at++;
            value.Append(text[_at]);
        }

        _at++;
        return value.ToString();
    }

    private object Plain()
    {
        var start = _at;
        while (text[_at] is not (',' or ' ')) _at++;
        var word = text[start.._at];
        return word switch { "true" => true, "false" => false, _ => double.Parse(word, CultureInfo.InvariantCulture) };
    }
}

internal sealed record ParsedLine(string Measurement, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<(string Field, object Value)> Fields, long TimeNs);
