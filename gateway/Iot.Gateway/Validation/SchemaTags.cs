using System.Text;

namespace Iot.Gateway.Validation;

/// <summary>The tags of a schema as line protocol writes them.</summary>
internal static class SchemaTags
{
    /// <summary>Null when <paramref name="key"/> may be a tag's key.</summary>
    public static string? WhyNotKey(string key) => key switch
    {
        "device" => "the tag device is always there and is the device's id; remove it.",
        "time" => "a tag must not be called time in InfluxDB; choose another name.",
        ['_', ..] => "tags that start with _ belong to InfluxDB; choose another name.",
        _ => IsValue(key) ? null : "a tag needs a name, without control characters and without \\ at its end.",
    };

    public static bool IsValue(string value) => value.Length > 0 && !value.Any(char.IsControl) && value[^1] != '\\';

    /// <summary><c>key=value,key=value</c>, sorted by the bytes of the escaped key.</summary>
    public static byte[] Escaped(IReadOnlyDictionary<string, string> tags) =>
        Encoding.UTF8.GetBytes(string.Join(',', tags
            .Select(tag => (key: Escape(tag.Key), value: Escape(tag.Value)))
            .OrderBy(tag => tag.key, Utf8Order)
            .Select(tag => $"{tag.key}={tag.value}")));

    private static readonly Comparer<string> Utf8Order =
        Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    private static string Escape(string text) => text
        .Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("=", "\\=", StringComparison.Ordinal)
        .Replace(" ", "\\ ", StringComparison.Ordinal);
}
