using System.Text;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>Puts the operator's tags of a device and the tags a reading brought itself into one sorted set.</summary>
internal static class TagSet
{
    /// <summary>At the same key the operator's tag stands; a tag <c>device</c> says nothing new and goes.</summary>
    public static byte[] Merge(ReadOnlySpan<byte> ofDevice, ReadOnlySpan<byte> ofReading)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Collect(ofReading, tags);
        Collect(ofDevice, tags);
        tags.Remove("device");
        return Encoding.UTF8.GetBytes(string.Join(',', tags.Values));
    }

    private static void Collect(ReadOnlySpan<byte> tags, SortedDictionary<string, string> into)
    {
        var text = Encoding.UTF8.GetString(tags);
        for (var start = 0; start < text.Length;)
        {
            var end = Unescaped(text, ',', start);
            var equals = Unescaped(text, '=', start);
            if (end > start) into[text[start..Math.Min(equals, end)]] = text[start..end];
            start = end + 1;
        }
    }

    /// <summary>Where the next <paramref name="wanted"/> stands that no backslash precedes, or the end.</summary>
    private static int Unescaped(string text, char wanted, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == wanted) return i;
            if (text[i] == '\\') i++;
        }

        return text.Length;
    }
}
