using System.Globalization;
using System.Text.Json;

namespace Iot.EdgeAgent.Sensors.LocalMqtt;

/// <summary>A number, a switch or a text.</summary>
/// <param name="Text">Null unless it is a text.</param>
internal readonly record struct PayloadValue(double Number, bool IsSwitch, string? Text)
{
    private const int MostText = 1000;

    private static readonly string[] On = ["on", "true", "open", "opened", "online", "yes", "detected", "lock", "locked"];
    private static readonly string[] Off = ["off", "false", "close", "closed", "offline", "no", "clear", "unlock", "unlocked"];

    public bool IsNumber => !IsSwitch && Text is null;

    /// <returns>Null when it is nothing of this kind.</returns>
    public static PayloadValue? Of(JsonElement json, LocalMqttKind kind) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => Of(json.GetBoolean(), kind),
        JsonValueKind.Number => Of(json.GetRawText(), kind),
        JsonValueKind.String => Of(json.GetString()!, kind),
        _ => null,
    };

    /// <inheritdoc cref="Of(JsonElement, LocalMqttKind)"/>
    public static PayloadValue? Of(string text, LocalMqttKind kind)
    {
        if (kind == LocalMqttKind.Text) return text.Length is > 0 and <= MostText ? new(0, IsSwitch: false, text) : null;

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return kind == LocalMqttKind.Boolean ? new(number is 0 ? 0 : 1, IsSwitch: true, null) : new(number, IsSwitch: false, null);

        var word = text.Trim();
        if (On.Contains(word, StringComparer.OrdinalIgnoreCase)) return Of(isOn: true, kind);
        if (Off.Contains(word, StringComparer.OrdinalIgnoreCase)) return Of(isOn: false, kind);

        return null;
    }

    /// <summary>A switch as a number is 1 or 0.</summary>
    private static PayloadValue? Of(bool isOn, LocalMqttKind kind) => kind == LocalMqttKind.Text
        ? new(0, IsSwitch: false, isOn ? "true" : "false")
        : new(isOn ? 1 : 0, kind != LocalMqttKind.Number, null);
}
