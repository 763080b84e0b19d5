using System.Text.Json;

namespace Iot.Gateway.Devices;

/// <summary>What a device says of itself: <c>{"state":"online"|"offline","at":…,"agent":…}</c>.</summary>
/// <param name="Agent">Cut to <see cref="MaxAgentLength"/> characters; null when it did not say.</param>
internal sealed record DeviceStatus(bool Online, string? Agent)
{
    public const int MaxAgentLength = 64;

    /// <summary>False when the bytes are not such an object; members that are not known are passed over.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out DeviceStatus status)
    {
        status = new(Online: false, Agent: null);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && TryReadMembers(ref reader, out status);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or not UTF-8 inside a string
        }
    }

    private static bool TryReadMembers(ref Utf8JsonReader reader, out DeviceStatus status)
    {
        bool? online = null;
        string? agent = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isState = reader.ValueTextEquals("state"u8);
            var isAgent = reader.ValueTextEquals("agent"u8);
            if (!reader.Read()) break;

            if (isState) online = StateOf(ref reader);
            else if (isAgent && reader.TokenType == JsonTokenType.String) agent = reader.GetString();
            else reader.Skip();
        }

        status = new(online ?? false, agent is { Length: > MaxAgentLength } ? agent[..MaxAgentLength] : agent);
        return online is not null && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    private static bool? StateOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        if (reader.ValueTextEquals("online"u8)) return true;
        return reader.ValueTextEquals("offline"u8) ? false : null;
    }
}
