using System.Buffers.Text;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Walks over the words of a text of the kernel, which are parted by blanks, tabs, colons and line ends.</summary>
internal ref struct Words(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Empty at the end of the text.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var start = _rest.IndexOfAnyExcept(" \t\n:"u8);
        if (start < 0) return [];

        _rest = _rest[start..];
        var length = _rest.IndexOfAny(" \t\n:"u8);
        var word = length < 0 ? _rest : _rest[..length];
        _rest = _rest[word.Length..];
        return word;
    }

    /// <summary>NaN when the next word is not a number, or there is none.</summary>
    public double NextNumber() => Utf8Parser.TryParse(Next(), out double number, out _) ? number : double.NaN;

    public void Skip(int words)
    {
        for (var i = 0; i < words; i++) Next();
    }
}
