namespace Iot.Wire;

/// <summary>How line protocol writes names: <c>\,</c> <c>\=</c> and <c>\ </c> are escapes, any other backslash stands for itself.</summary>
internal static class LineText
{
    /// <summary>Index of the first <c>,</c> <c>=</c> space or control character that is not escaped; the length when there is none.</summary>
    public static int EndOfName(ReadOnlySpan<byte> text, int at)
    {
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c is (byte)',' or (byte)'=' or <= (byte)' ') return at;
            if (c == '\\' && at + 1 < text.Length && text[at + 1] is (byte)',' or (byte)'=' or (byte)' ') at++;
        }

        return at;
    }

    /// <summary>Index of the first byte that is no space.</summary>
    public static int EndOfSpaces(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] == ' ') at++;
        return at;
    }

    /// <summary>Whether a line ends here: <c>\n</c>, <c>\r\n</c>, or the payload, with or without a last <c>\r</c>.</summary>
    public static bool IsEndOfLine(ReadOnlySpan<byte> text, int at) =>
        at >= text.Length
        || text[at] == '\n'
        || (text[at] == '\r' && (at + 1 == text.Length || text[at + 1] == '\n'));

    /// <summary>Copies a name into the batch without its escapes.</summary>
    /// <param name="name">As it stands in the line.</param>
    /// <param name="escaped">The characters that a backslash takes the meaning from.</param>
    /// <param name="batch">Takes the text.</param>
    public static TextRange AddUnescaped(ReadOnlySpan<byte> name, ReadOnlySpan<byte> escaped, ReadingBatch batch)
    {
        if (!name.Contains((byte)'\\')) return batch.AddText(name);

        var room = batch.ReserveText(name.Length);
        var length = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length && escaped.Contains(name[i + 1])) i++;
            room[length++] = name[i];
        }

        return batch.CommitText(length);
    }
}
