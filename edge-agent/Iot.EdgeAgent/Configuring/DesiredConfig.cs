using System.Security.Cryptography;
using System.Text.Json;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What the gateway desires: a version, and settings to lay over those of this machine.</summary>
/// <remarks><c>{"version": 7, "settings": {"Batching": {"MaxAge": "00:00:05"}, "Sensors": {"hwmon": null}}}</c>; <c>null</c> takes away what the machine has.</remarks>
/// <param name="Settings">As they came.</param>
/// <param name="Values">The settings as flat keys.</param>
/// <param name="Removed">Keys that are taken away, with all beneath them, before <paramref name="Values"/> are laid over.</param>
internal sealed record DesiredConfig(long Version, JsonElement Settings, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Removed)
{
    /// <summary>Largest message that is read at all.</summary>
    public const int MaxBytes = 32 * 1024;

    private const string Shape = "must be {\"version\": N, \"settings\": {\"Section\": {\"Key\": value}}}";
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    /// <summary>Tells two configurations of one version apart: a gateway may have been set up anew.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Settings, ConfigJson.Default.JsonElement)));

    public bool IsSame(DesiredConfig? other) => other is not null && Version == other.Version && Hash.Equals(other.Hash, StringComparison.Ordinal);

    /// <returns>Null with what is wrong.</returns>
    public static DesiredConfig? TryParse(ReadOnlyMemory<byte> payload, out long version, out ConfigProblem problem)
    {
        (version, problem) = (0, new("", null, Shape + "."));
        if (payload.Length > MaxBytes)
        {
            problem = new("", null, $"It has {payload.Length} bytes; {MaxBytes} are the most that is read.");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload, Bounded);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out version)) return null;
            if (!root.TryGetProperty("settings", out var settings)) return null;

            return From(version, settings.Clone(), out problem);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: a text with half a character, such as "\ud800"
        {
            problem = new("", null, $"It is no JSON that can be read ({e.Message.TrimEnd('.')}); {Shape}.");
            return null;
        }
    }

    /// <returns>Null with what is wrong.</returns>
    public static DesiredConfig? From(long version, JsonElement settings, out ConfigProblem problem)
    {
        problem = new("", null, Shape + ".");
        if (settings.ValueKind != JsonValueKind.Object) return null;

        var flat = new FlatSettings();
        flat.Add("", settings);
        if (flat.Twice is not { } twice) return new(version, settings, flat.Values, flat.Removed);

        problem = new(twice, null, "is given twice; leave one out.");
        return null;
    }
}
