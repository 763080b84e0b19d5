using System.Globalization;
using System.Text.Json;

namespace Iot.EdgeAgent.Configuring;

/// <summary>Settings as JSON, made into keys such as <c>Sensors:boiler:Interval</c>, as configuration knows them.</summary>
internal sealed class FlatSettings
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _removed = [];

    public IReadOnlyDictionary<string, string> Values => _values;

    public IReadOnlyList<string> Removed => _removed;

    /// <summary>A key that stands there twice; keys that differ in case are one.</summary>
    public string? Twice { get; private set; }

    public void Add(string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject()) Add(Beneath(path, property.Name), property.Value);
                break;
            case JsonValueKind.Array:
                _removed.Add(path); // a list is replaced as a whole
                foreach (var (index, item) in element.EnumerateArray().Index()) Add(Beneath(path, index.ToString(CultureInfo.InvariantCulture)), item);
                break;
            case JsonValueKind.Null:
                if (_removed.Contains(path, StringComparer.OrdinalIgnoreCase)) Twice ??= path;
                _removed.Add(path);
                break;
            case JsonValueKind.String:
                Set(path, element.GetString()!);
                break;
            default:
                Set(path, element.GetRawText());
                break;
        }
    }

    private void Set(string path, string value)
    {
        if (!_values.TryAdd(path, value)) Twice ??= path;
    }

    private static string Beneath(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
}
