using System.Text.Json;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Dashboard.Sheet;

/// <summary>How a device's configuration stands, without the configuration.</summary>
/// <param name="Version">0: nobody has desired anything.</param>
/// <param name="State">As <see cref="DeviceConfigJson.State"/>.</param>
/// <param name="Problems">Why it was refused or taken back, as the device says.</param>
/// <param name="Local">What is wrong with the device's own files, as it says.</param>
internal sealed record ConfigStand(long Version, string State, string? SetAt, string? ReportedAt, IReadOnlyList<string> Problems, IReadOnlyList<string> Local)
{
    private const int MostProblems = 4;
    private const int LongestText = 200;

    public static ConfigStand None { get; } = new(0, "none", null, null, [], []);

    public static ConfigStand Of(DeviceConfig? config)
    {
        if (config is null) return None;

        var json = DeviceConfigJson.Of(config);
        return new(json.Version, json.State, json.SetAt, json.ReportedAt, Listed(json.Reported, "problems"), Listed(json.Reported, "local"));
    }

    /// <summary>A device may report anything.</summary>
    private static IReadOnlyList<string> Listed(JsonElement? reported, string name) =>
        reported is { ValueKind: JsonValueKind.Object } report && report.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Take(MostProblems).Select(Words).Where(words => words.Length > 0)]
            : [];

    private static string Words(JsonElement problem)
    {
        if (problem.ValueKind != JsonValueKind.Object) return "";

        var (key, value, reason) = (Text(problem, "key"), Text(problem, "value"), Text(problem, "reason"));
        var words = key.Length == 0 ? reason : value.Length == 0 ? $"{key}: {reason}" : $"{key} = {value}: {reason}";
        return words.Length <= LongestText ? words : words[..LongestText] + "…";
    }

    private static string Text(JsonElement problem, string name) => problem.TryGetProperty(name, out var member) ? member.ToString() : "";
}
