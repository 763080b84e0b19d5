using System.Globalization;
using System.Text.Json;
using Iot.Configuration;

namespace Iot.Gateway.Validation;

/// <summary>Walks through a schema file and notes each problem with its line and key, so that one reading finds them all.</summary>
internal ref struct SchemaJson(byte[] bytes, string file, List<SchemaProblem> problems)
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Stack<string> _path = new();
    private Utf8JsonReader _reader = new(bytes, Options);

    /// <summary>The first token of the file.</summary>
    public bool TryBeginFile()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.StartObject) return true;

        Problem("a schema is a JSON object: write { … }.");
        return false;
    }

    /// <summary>After the object nothing may follow.</summary>
    /// <exception cref="JsonException">Something does.</exception>
    public void EndFile() => _reader.Read();

    /// <summary>Goes to the next key of the object; false at its end. Each true wants one <see cref="EndKey"/>.</summary>
    public bool NextKey(HashSet<string> seen, out string key)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            key = "";
            return false;
        }

        key = _reader.GetString()!;
        _path.Push(key);
        if (!seen.Add(key)) Problem("this key stands twice; remove one.");

        _reader.Read();
        return true;
    }

    public readonly void EndKey() => _path.Pop();

    /// <summary>For a key that is none of <paramref name="known"/>: says so, and passes over its value.</summary>
    public void Unknown(string key, params string[] known)
    {
        Problem(NearestName.Find(key, known) is { } near
            ? $"no such key; did you mean {near}?"
            : $"no such key; remove it. Known are {string.Join(", ", known)}.");
        _reader.Skip();
    }

    public bool TryBeginObject()
    {
        if (_reader.TokenType == JsonTokenType.StartObject) return true;

        Wrong("an object { … }");
        return false;
    }

    public string? Text()
    {
        if (_reader.TokenType == JsonTokenType.String) return _reader.GetString();

        Wrong("a text in \"…\"");
        return null;
    }

    public bool? Flag()
    {
        if (_reader.TokenType is JsonTokenType.True or JsonTokenType.False) return _reader.GetBoolean();

        Wrong("true or false");
        return null;
    }

    public double? Number()
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var number) && double.IsFinite(number)) return number;

        Wrong("a number");
        return null;
    }

    /// <summary>From <paramref name="shortest"/> to <paramref name="longest"/>, ends included.</summary>
    public TimeSpan? Duration(TimeSpan shortest, TimeSpan longest)
    {
        if (_reader.TokenType == JsonTokenType.String
            && TimeSpan.TryParse(_reader.GetString(), CultureInfo.InvariantCulture, out var span)
            && span >= shortest && span <= longest)
        {
            return span;
        }

        Wrong($"a duration \"hh:mm:ss\" or \"d.hh:mm:ss\" from {shortest} to {longest}");
        return null;
    }

    /// <summary>One of <paramref name="choices"/>, or null with a problem that names the nearest.</summary>
    public string? Choice(params string[] choices)
    {
        var text = Text();
        if (text is null || choices.Contains(text, StringComparer.Ordinal)) return text;

        Problem($"'{text}' is not possible here; {(NearestName.Find(text, choices) is { } near ? $"did you mean {near}? " : "")}It is one of {string.Join(", ", choices)}.");
        return null;
    }

    /// <summary>The texts of an array.</summary>
    public List<string> Texts()
    {
        List<string> texts = [];
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Wrong("a list [ \"…\", \"…\" ]");
            return texts;
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (Text() is { } text) texts.Add(text);
        }

        return texts;
    }

    /// <summary>Passes over the value of the key.</summary>
    public void Skip() => _reader.Skip();

    public readonly void Problem(string message) =>
        problems.Add(new(file, bytes.AsSpan(0, (int)_reader.TokenStartIndex).Count((byte)'\n') + 1, string.Join('.', _path.Reverse()), message));

    private void Wrong(string wanted)
    {
        Problem($"must be {wanted}.");
        _reader.Skip();
    }
}
