using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Audit;

/// <summary>The bytes of one entry: a JSON object whose last name is the hash of all before it. See AUDIT.md, change both together.</summary>
internal static class AuditLine
{
    public const int HashLength = 2 * SHA256.HashSizeInBytes;

    /// <summary>What the first entry of all follows.</summary>
    public static readonly string NoHash = new('0', HashLength);

    private static readonly byte[] HashName = ",\"hash\":\""u8.ToArray();
    private static readonly byte[] SignatureName = ",\"signature\":\""u8.ToArray();
    private static readonly byte[] End = "\"}"u8.ToArray();

    private static int TailLength => HashName.Length + HashLength + End.Length;

    /// <param name="key">Signs it; null for an entry that is no checkpoint.</param>
    /// <returns>Its hash, which the next entry names.</returns>
    public static string Append(ArrayBufferWriter<byte> lines, long seq, DateTimeOffset at, AuditEvent what, string prev, AuditKey? key)
    {
        var start = lines.WrittenCount;
        WriteBody(lines, seq, at, what, prev, key);
        if (key is not null)
        {
            var signature = key.Sign(lines.WrittenSpan[start..]);
            lines.Write(SignatureName);
            lines.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(signature)));
            lines.Write("\""u8);
        }

        var hash = HashOf(lines.WrittenSpan[start..]);
        lines.Write(HashName);
        lines.Write(Encoding.ASCII.GetBytes(hash));
        lines.Write(End);
        lines.Write("\n"u8);
        return hash;
    }

    /// <summary>True when the line holds the hash of its own bytes, and ends as a line must.</summary>
    /// <param name="line">Without its end.</param>
    public static bool IsWhole(ReadOnlySpan<byte> line)
    {
        if (line.Length < TailLength) return false;

        var body = line[..^TailLength];
        var tail = line[^TailLength..];
        return tail.StartsWith(HashName) && tail.EndsWith(End)
            && tail.Slice(HashName.Length, HashLength).SequenceEqual(Encoding.ASCII.GetBytes(HashOf(body)));
    }

    /// <summary>What a checkpoint's signature is over; empty unless nothing stands between signature and hash, where it would be signed by nobody.</summary>
    public static ReadOnlySpan<byte> Signed(ReadOnlySpan<byte> line, string signature)
    {
        var body = line[..^TailLength];
        byte[] end = [.. SignatureName, .. Encoding.ASCII.GetBytes(signature), (byte)'"'];
        return body.EndsWith(end) ? body[..^end.Length] : default;
    }

    private static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>Everything but signature and hash. The writer escapes whatever is not a plain ASCII letter, so a line is one line in any terminal.</summary>
    private static void WriteBody(ArrayBufferWriter<byte> lines, long seq, DateTimeOffset at, AuditEvent what, string prev, AuditKey? key)
    {
        using var json = new Utf8JsonWriter(lines, new() { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("seq"u8, seq);
        json.WriteString("at"u8, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("act"u8, AuditActs.NameOf(what.Act));
        if (what.Who.Length > 0) json.WriteString("who"u8, what.Who);
        if (what.From.Length > 0) json.WriteString("from"u8, what.From);
        if (what.On.Length > 0) json.WriteString("on"u8, what.On);
        json.WriteString("result"u8, SnakeCase.Of(what.Result));
        if (what.Detail.Length > 0) json.WriteString("detail"u8, what.Detail);
        if (what.Count is { } count) json.WriteNumber("count"u8, count);
        if (key is not null) json.WriteString("key"u8, key.Fingerprint);
        json.WriteString("prev"u8, prev);
    }
}
