using System.Diagnostics.CodeAnalysis;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>A topic filter whose wildcards have names. MQTT 3.1.1 section 4.7: <c>+</c> is one level, <c>#</c> at the end is any.</summary>
internal sealed class TopicPattern
{
    public const string Rest = "rest";

    private readonly string[] _levels;
    private readonly string?[] _words;

    private TopicPattern(string[] levels, string?[] words)
    {
        (_levels, _words) = (levels, words);
        Filter = string.Join('/', levels);
        string[] numbers = [.. Enumerable.Range(1, levels.Count(level => level is "+")).Select(Number)];
        Words = [.. words.OfType<string>(), .. numbers];
        Wildcards = levels[^1] is "#" ? [.. numbers, Rest] : numbers;
    }

    /// <summary>As the broker takes it.</summary>
    public string Filter { get; }

    /// <summary>All names that <see cref="Match"/> gives.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>One name for each wildcard, in their order.</summary>
    public IReadOnlyList<string> Wildcards { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern, [NotNullWhen(false)] out string? whyNot)
    {
        var levels = text.Split('/');
        var words = new string?[levels.Length];
        (pattern, whyNot) = (null, null);
        for (var i = 0; i < levels.Length && whyNot is null; i++)
        {
            if (levels[i].Length > 2 && levels[i].StartsWith('{') && levels[i].EndsWith('}')) (words[i], levels[i]) = (levels[i][1..^1], "+");
            else if (levels[i] is "#") words[i] = Rest;
            whyNot = WhyNot(levels[i], isLast: i == levels.Length - 1, words[i]);
        }

        if (text.Length is 0 or > 256) whyNot = "has 1 to 256 characters";
        if (words.OfType<string>().Distinct(StringComparer.Ordinal).Count() < words.OfType<string>().Count()) whyNot = "gives one {word} twice";
        if (whyNot is null) pattern = new(levels, words);
        return whyNot is null;
    }

    /// <summary>What each name stands for in this topic; null when it does not match.</summary>
    public Dictionary<string, string>? Match(string topic)
    {
        var levels = topic.Split('/');
        var open = _levels[^1] is "#";
        if (open ? levels.Length < _levels.Length - 1 : levels.Length != _levels.Length) return null;

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        for (var i = 0; i < _levels.Length; i++)
        {
            if (_levels[i] is "#") found[Rest] = string.Join('.', levels.Skip(i));
            else if (_levels[i] is "+") found[Number(++number)] = found[_words[i] ?? Number(number)] = levels[i];
            else if (!_levels[i].Equals(levels[i], StringComparison.Ordinal)) return null;
        }

        return found;
    }

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? WhyNot(string level, bool isLast, string? word)
    {
        if (level is "#") return isLast ? null : "has # before its end";
        if (level is not "+" && level.AsSpan().ContainsAny("+#{}\0")) return $"has a wildcard inside a level, '{level}'";

        return word is null || word.All(char.IsAsciiLetter) ? null : $"has {{{word}}}, and a word has letters only";
    }
}
