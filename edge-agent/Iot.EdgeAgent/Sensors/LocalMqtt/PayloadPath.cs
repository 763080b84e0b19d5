using System.Globalization;
using System.Text.Json;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>The way to a value in JSON: <c>ENERGY.Power</c>, <c>list[0].value</c>, <c>list.0.value</c>; <c>*</c> at the end is everything below.</summary>
internal sealed class PayloadPath
{
    private const int MostLeaves = 500;

    private readonly string[] _steps;
    private readonly bool _isTree;

    public PayloadPath(string text)
    {
        var steps = text.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        _isTree = steps is [.., "*"];
        _steps = _isTree ? steps[..^1] : steps;
    }

    /// <summary>The payload itself, which need not be JSON.</summary>
    public bool IsWhole => _steps.Length == 0 && !_isTree;

    /// <summary>Values that are neither object nor list, with their place below the start of the tree, or else their own.</summary>
    public IEnumerable<(string Path, JsonElement Value)> Find(JsonElement root)
    {
        if (One(root) is not { } found) return [];

        return _isTree ? Leaves("", found).Take(MostLeaves) : [(string.Join('.', _steps), found)];
    }

    /// <summary>Null when there is nothing.</summary>
    public JsonElement? One(JsonElement root)
    {
        foreach (var step in _steps)
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(step, out var property)) root = property;
            else if (root.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < root.GetArrayLength()) root = root[index];
            else return null;
        }

        return root;
    }

    private static IEnumerable<(string, JsonElement)> Leaves(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Leaves(Join(path, property.Name), property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Leaves(Join(path, index.ToString(CultureInfo.InvariantCulture)), item)),
        _ => [(path, element)],
    };

    private static string Join(string path, string step) => path.Length == 0 ? step : $"{path}.{step}";
}
