using System.Text;
using System.Text.Json;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>Makes readings of the messages that match its topic.</summary>
internal sealed class LocalMqttMapping
{
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 16, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);

    private readonly LocalMqttMappingOptions _options;
    private readonly TopicPattern _topic;
    private readonly PayloadPath _path;
    private readonly PayloadPath? _time;
    private readonly NameTemplate _name;

    /// <param name="options">As <see cref="LocalMqttRules"/> found them right.</param>
    public LocalMqttMapping(string sensor, string key, LocalMqttMappingOptions options)
    {
        if (!TopicPattern.TryParse(options.Topic ?? "", out var topic, out var whyNot)) throw new ArgumentException(whyNot, nameof(options));

        (_options, _topic, _path) = (options, topic, new(options.Path));
        _time = options.Time is { Length: > 0 } time ? new(time) : null;
        var device = string.Join('.', topic.Wildcards.Select(word => $"{{{word}}}"));
        if (device.Length == 0) device = sensor;
        _name = new(options.Name ?? (options.Path.EndsWith('*') ? $"{device}/{{path}}" : $"{device}/{key}"));
    }

    /// <summary>As the broker takes it.</summary>
    public string Filter => _topic.Filter;

    /// <summary>Places, and all below them, that are no measurement.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>By place and payload.</summary>
    public Func<string, JsonElement, string> UnitOf { get; init; } = (path, _) => UsualUnits.Of(path);

    /// <summary>All that a message says. None when the topic is another.</summary>
    /// <exception cref="JsonException">It is no JSON, and must be for the path.</exception>
    public IReadOnlyList<LocalReading> Read(string topic, ReadOnlyMemory<byte> payload, DateTimeOffset now)
    {
        if (_topic.Match(topic) is not { } words) return [];

        var readings = new List<LocalReading>();
        if (_path.IsWhole)
        {
            Add("", Unquoted(Encoding.UTF8.GetString(payload.Span)), _options.Unit ?? UsualUnits.Of(topic[(topic.LastIndexOf('/') + 1)..]), TimeSpan.Zero);
            return readings;
        }

        using var document = JsonDocument.Parse(payload, Lenient);
        var age = AgeIn(document.RootElement, now);
        foreach (var (path, json) in _path.Find(document.RootElement).Where(leaf => !IsIgnored(leaf.Path)))
            Add(path, PayloadValue.Of(json, _options.Kind), _options.Unit ?? UnitOf(path, document.RootElement), age);
        return readings;

        void Add(string path, PayloadValue? value, string unit, TimeSpan age)
        {
            if (value is { } found) readings.Add(new(_name.Fill(words, path), found.IsNumber ? unit : "", Scaled(found), age));
        }
    }

    private PayloadValue Scaled(PayloadValue value) => !value.IsNumber || (_options.Scale is 1 && _options.Offset is 0)
        ? value
        : value with { Number = Math.Round(value.Number * _options.Scale + _options.Offset, 9) };

    /// <summary>A JSON string alone is a payload that many devices send.</summary>
    private PayloadValue? Unquoted(string payload) => PayloadValue.Of(payload.Trim().Trim('"'), _options.Kind);

    /// <summary>What claims to be from the future, or older than a device may be late, has the age of its message.</summary>
    private TimeSpan AgeIn(JsonElement payload, DateTimeOffset now)
    {
        if (_time?.One(payload) is not { } said || PayloadTime.Of(said) is not { } time) return TimeSpan.Zero;

        var age = now - time;
        return age > TimeSpan.Zero && age <= Oldest ? age : TimeSpan.Zero;
    }

    private bool IsIgnored(string path) => Ignored.Any(ignored =>
        path.StartsWith(ignored, StringComparison.Ordinal) && (path.Length == ignored.Length || path[ignored.Length] == '.'));
}

/// <summary>What a message said.</summary>
internal readonly record struct LocalReading(string Name, string Unit, PayloadValue Value, TimeSpan Age);
