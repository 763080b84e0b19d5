using System.Buffers;

namespace Iot.Gateway.Influx;

/// <summary>How line protocol protects its separators. A backslash stands before the byte it protects, nothing else.</summary>
/// <remarks>
/// <code>
/// measurement            , space          (equals sign stays)
/// tag key and value      , = space
/// field key              , = space
/// string field           " \              (line feeds stay as they are)
/// </code>
/// Keys cannot hold a line feed, carriage return or tab: they become <c>\n</c>, <c>\r</c>, <c>\t</c>, two characters, as in
/// InfluxDB's own clients. A backslash at a key's end would protect the separator behind it and cannot be written: it is left out.
/// </remarks>
internal static class LineEscaping
{
    private static readonly SearchValues<byte> InMeasurement = SearchValues.Create(", \n\r\t\\"u8);
    private static readonly SearchValues<byte> InKey = SearchValues.Create(",= \n\r\t\\"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\"u8);

    /// <summary>Most bytes that one byte can become.</summary>
    public const int Growth = 2;

    /// <returns>Bytes written; <paramref name="to"/> must hold <see cref="Growth"/> times the source.</returns>
    public static int Measurement(ReadOnlySpan<byte> from, Span<byte> to) => Key(from, to, InMeasurement);

    /// <summary>For tag keys, tag values and field keys.</summary>
    /// <inheritdoc cref="Measurement"/>
    public static int Key(ReadOnlySpan<byte> from, Span<byte> to) => Key(from, to, InKey);

    /// <summary>The inside of a string field, without its quotes.</summary>
    /// <inheritdoc cref="Measurement"/>
    public static int String(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var written = 0;
        for (int special; (special = from.IndexOfAny(InString)) >= 0; from = from[(special + 1)..])
        {
            from[..special].CopyTo(to[written..]);
            written += special;
            to[written++] = (byte)'\\';
            to[written++] = from[special];
        }

        from.CopyTo(to[written..]);
        return written + from.Length;
    }

    private static int Key(ReadOnlySpan<byte> from, Span<byte> to, SearchValues<byte> specials)
    {
        if (from.IndexOfAny(specials) < 0)
        {
            from.CopyTo(to);
            return from.Length;
        }

        from = from.TrimEnd((byte)'\\');
        var written = 0;
        foreach (var b in from)
        {
            if (b != '\\' && specials.Contains(b)) to[written++] = (byte)'\\';
            to[written++] = b switch
            {
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\t' => (byte)'t',
                _ => b,
            };
        }

        return written;
    }
}
