using System.Text.Json;
using System.Text.Json.Serialization;

namespace Iot.Gateway.Audit;

/// <summary>One line of the log as it is read. AUDIT.md says what each name means.</summary>
/// <param name="Key">Of checkpoints: which key signed, as the fingerprint of <see cref="AuditKey"/>.</param>
/// <param name="Signature">Of checkpoints: over the line's bytes before this name.</param>
internal sealed record AuditEntry(
    long Seq, string At, string Act, string? Who, string? From, string? On, string Result, string? Detail, long? Count,
    string? Key, string Prev, string? Signature, string Hash)
{
    public bool IsCheckpoint => Act.Equals(AuditActs.NameOf(AuditAct.Checkpoint), StringComparison.Ordinal);

    public string? Subject => string.IsNullOrEmpty(Who) ? From : Who;

    public DateTimeOffset Time => DateTimeOffset.Parse(At, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Null for what is not one.</summary>
    /// <param name="line">Without its end.</param>
    public static AuditEntry? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var entry = JsonSerializer.Deserialize(line, AuditJson.Default.AuditEntry);
            return entry is { Seq: > 0, At.Length: > 0, Act: not null, Prev.Length: AuditLine.HashLength, Hash: not null } ? entry : null;
        }
        catch (JsonException)
        {
            return null; // the caller says where
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
