using System.Text;

namespace Iot.Wire;

/// <summary>Readings of one device sent together. Made to be filled, read, cleared and filled again without allocating.</summary>
/// <remarks>Not thread-safe: one owner at a time. Texts of all readings lie end to end in one buffer that grows to the largest batch seen.</remarks>
public sealed class ReadingBatch
{
    private Reading[] _readings = new Reading[128];
    private byte[] _text = new byte[4096];
    private int _count;
    private int _textLength;

    public DeviceId Device { get; set; }

    /// <summary>Null for a pack without identity: it can be de-duplicated by digest only.</summary>
    public BatchIdentity? Identity { get; set; }

    /// <summary>Null when nothing is said of the clock behind its times.</summary>
    public BatchClock? Clock { get; set; }

    public int Count => _count;

    public ReadOnlySpan<Reading> Readings => _readings.AsSpan(0, _count);

    /// <summary>The bytes of a text; valid until the batch is cleared or grows.</summary>
    public ReadOnlySpan<byte> Utf8(TextRange range) => _text.AsSpan(range.Start, range.Length);

    /// <summary>The text as a string, for messages and tests; allocates.</summary>
    public string Text(TextRange range) => Encoding.UTF8.GetString(Utf8(range));

    /// <summary>Empties the batch and keeps its buffers.</summary>
    public void Clear()
    {
        _count = 0;
        _textLength = 0;
        Device = default;
        Identity = null;
        Clock = null;
    }

    public void Add(in Reading reading)
    {
        if (_count == _readings.Length) Array.Resize(ref _readings, _count * 2);

        _readings[_count++] = reading;
    }

    /// <summary>Replaces a reading already added, for a decoder that learns of its defect later.</summary>
    public void Replace(int index, in Reading reading) => _readings.AsSpan(0, _count)[index] = reading;

    /// <summary>Copies <paramref name="utf8"/> behind the texts so far.</summary>
    public TextRange AddText(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(ReserveText(utf8.Length));
        return CommitText(utf8.Length);
    }

    /// <summary>Copies <paramref name="text"/> as UTF-8; lone surrogates become U+FFFD.</summary>
    public TextRange AddText(ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetBytes(text, ReserveText(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return CommitText(length);
    }

    /// <summary>Room of at least <paramref name="length"/> bytes behind the texts so far; <see cref="CommitText"/> keeps a prefix of it.</summary>
    public Span<byte> ReserveText(int length)
    {
        if (_text.Length - _textLength < length)
            Array.Resize(ref _text, Math.Max(_text.Length * 2, checked(_textLength + length)));

        return _text.AsSpan(_textLength);
    }

    public TextRange CommitText(int length)
    {
        var range = new TextRange(_textLength, length);
        _textLength += length;
        return range;
    }
}
