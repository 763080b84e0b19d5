using System.Buffers;
using System.Text.Json;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Birth and last will: <c>{"state":"online","at":"2026-01-31T08:00:00.000Z","agent":"0.1.0"}</c>.</summary>
internal static class StatusMessage
{
    /// <param name="at">Null: the time is not known.</param>
    /// <param name="agent">The agent's version.</param>
    public static byte[] Online(DateTimeOffset? at, string agent) => Json("online", at, agent);

    /// <param name="at">Null in a last will: when it is sent cannot be known when it is written; or the time is not known at all.</param>
    /// <param name="agent">The agent's version.</param>
    public static byte[] Offline(DateTimeOffset? at, string agent) => Json("offline", at, agent);

    private static byte[] Json(string state, DateTimeOffset? at, string agent)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("state", state);
            if (at is { } time) json.WriteString("at", time.UtcDateTime);
            json.WriteString("agent", agent);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }
}
