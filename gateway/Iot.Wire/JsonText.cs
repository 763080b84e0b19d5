using System.Globalization;
using System.Text;

namespace Iot.Wire;

/// <summary>Takes the escapes out of JSON strings. Utf8JsonReader would throw on half a surrogate pair, and so cost a foreign byte 20 µs.</summary>
internal static class JsonText
{
    /// <summary>Writes at most as many bytes as <paramref name="escaped"/> has, whose escapes are known to be well-formed.</summary>
    /// <returns>False when a surrogate stands alone, so that the text has no UTF-8.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<byte> destination, out int written)
    {
        written = 0;
        for (var i = 0; i < escaped.Length;)
        {
            if (escaped[i] != '\\')
            {
                destination[written++] = escaped[i++];
                continue;
            }

            if (escaped[i + 1] != 'u')
            {
                destination[written++] = Unescape(escaped[i + 1]);
                i += 2;
                continue;
            }

            if (!TryReadRune(escaped[i..], out var rune, out var consumed)) return false;

            written += rune.EncodeToUtf8(destination[written..]);
            i += consumed;
        }

        return true;
    }

    private static byte Unescape(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };

    private static bool TryReadRune(ReadOnlySpan<byte> text, out Rune rune, out int consumed)
    {
        consumed = 6;
        var first = ReadHex(text);
        if (Rune.TryCreate(first, out rune)) return true;
        if (text.Length < 12 || text[6] != '\\' || text[7] != 'u') return false;

        consumed = 12;
        return Rune.TryCreate(first, ReadHex(text[6..]), out rune);
    }

    private static char ReadHex(ReadOnlySpan<byte> text) =>
        (char)ushort.Parse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
