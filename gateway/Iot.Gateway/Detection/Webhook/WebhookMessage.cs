using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Detection.Webhook;

/// <summary>The body of a message: one security event as it opened or closed. docs/security-events.md says what each name means.</summary>
internal sealed record WebhookMessage(
    string Id, string State, string Kind, string Severity, string Subject, string? Device, string? Client, string? Address,
    string Seen, string Normal, DateTimeOffset Since, DateTimeOffset Last, DateTimeOffset? Closed, long Count)
{
    public const string SignatureHeader = "X-Iot-Signature";

    public static byte[] BodyOf(SecurityEvent one) => JsonSerializer.SerializeToUtf8Bytes(
        new(
            one.Id, one.IsOpen ? "open" : "closed", SnakeCase.Of(one.What.Kind), SnakeCase.Of(one.Severity), one.What.Subject,
            one.What.Device, one.What.Client, one.What.Address, one.What.Seen, one.What.Normal, one.Since, one.Last, one.Closed, one.Count),
        WebhookJson.Default.WebhookMessage);

    /// <summary>The header's value: <c>t=UNIX_SECONDS,v1=HEX</c>, HMAC-SHA256 over <c>UNIX_SECONDS.BODY</c>; the time lets a receiver refuse what is sent again.</summary>
    public static string Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.ASCII.GetBytes($"{time}.").Concat(body.ToArray()).ToArray();
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookMessage))]
internal sealed partial class WebhookJson : JsonSerializerContext;
