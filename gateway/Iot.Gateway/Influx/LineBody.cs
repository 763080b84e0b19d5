using System.Buffers;
using System.Runtime.InteropServices;

namespace Iot.Gateway.Influx;

/// <summary>Lines end to end in one pooled buffer, and for each the readings it carries. Cleared and filled again without allocating.</summary>
/// <remarks>8 bytes a line and 8 a reading beside the text. Not thread-safe; disposing gives the buffer back.</remarks>
internal sealed class LineBody : IDisposable
{
    private readonly List<LineStart> _lines = [];
    private readonly List<LinePart> _parts = [];
    private readonly List<MessageStart> _messages = [];
    private byte[] _bytes = [];

    /// <summary>Bytes of all lines, the line being written included.</summary>
    public int Length { get; private set; }

    public int Lines => _lines.Count;

    public LineRange All => new(this, 0, Lines);

    /// <summary>Lines from here on carry readings of the message at <paramref name="offset"/>.</summary>
    public void BeginMessage(ulong offset) => _messages.Add(new(offset, _lines.Count));

    /// <summary>What is written from here on is a new line.</summary>
    public void BeginLine() => _lines.Add(new(Length, _parts.Count));

    /// <summary>The fields written from here on are those of the reading <paramref name="index"/>; behind a comma, if not the first.</summary>
    public void BeginReading(int index) => BeginReading(index, Length);

    public void BeginReading(int index, int start) => _parts.Add(new(index, start));

    /// <summary>Room of at least <paramref name="size"/> bytes at the end; <see cref="Advance"/> keeps a prefix of it.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_bytes.Length - Length < size) Grow(size);
        return _bytes.AsSpan(Length);
    }

    public void Advance(int written) => Length += written;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Writes again what stands at <paramref name="start"/>.</summary>
    public void Repeat(int start, int length)
    {
        if (_bytes.Length - Length < length) Grow(length);
        _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(Length));
        Length += length;
    }

    public void Clear()
    {
        _lines.Clear();
        _parts.Clear();
        _messages.Clear();
        Length = 0;
    }

    /// <summary>Where line <paramref name="line"/> begins; the number of lines gives the end of the last.</summary>
    public int StartOf(int line) => line == _lines.Count ? Length : _lines[line].Start;

    /// <summary>The bytes of some lines, each with the line feed that ends it.</summary>
    public ReadOnlyMemory<byte> Memory(int first, int count)
    {
        var start = StartOf(first);
        return _bytes.AsMemory(start, StartOf(first + count) - start);
    }

    /// <summary>One line without the line feed that ends it.</summary>
    public ReadOnlySpan<byte> Line(int line) => Memory(line, 1).Span[..^1];

    /// <summary>Journal offset of the message whose readings the line carries.</summary>
    public ulong OffsetOf(int line)
    {
        var (low, high) = (0, _messages.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_messages[middle].FirstLine <= line) low = middle;
            else high = middle - 1;
        }

        return _messages[low].Offset;
    }

    /// <summary>The readings of a line: index in the message, and where its fields begin in the buffer.</summary>
    public ReadOnlySpan<LinePart> PartsOf(int line)
    {
        var first = _lines[line].FirstPart;
        var end = line + 1 == _lines.Count ? _parts.Count : _lines[line + 1].FirstPart;
        return CollectionsMarshal.AsSpan(_parts)[first..end];
    }

    public void Dispose()
    {
        Clear();
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(64 * 1024, _bytes.Length * 2), checked(Length + size)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct LineStart(int Start, int FirstPart);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct MessageStart(ulong Offset, int FirstLine);
}

/// <summary>A reading's share of a line: all bytes from <paramref name="Start"/> to the next one's comma, or to the time.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LinePart(int Index, int Start);
