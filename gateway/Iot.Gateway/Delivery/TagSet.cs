using System.Runtime.InteropServices;

namespace Iot.Gateway.Delivery;

/// <summary>Merges the tags that the schema gives a device with those that a reading brings along; both escaped already.</summary>
/// <remarks>The schema's win: no device can say that it stands at another site. <c>device</c> is not among them. Sorted by key. Reused.</remarks>
internal sealed class TagSet
{
    private readonly List<Tag> _sorted = [];
    private byte[] _bytes = [];

    /// <summary>Longest that <see cref="Write"/> can become.</summary>
    public static int MaxLength(ReadOnlySpan<byte> message, ReadOnlySpan<byte> reading) => message.Length + reading.Length + 2;

    /// <summary>Writes <c>,key=value,key=value</c>.</summary>
    /// <returns>Bytes written.</returns>
    public int Write(ReadOnlySpan<byte> message, ReadOnlySpan<byte> reading, Span<byte> to)
    {
        _sorted.Clear();
        if (_bytes.Length < message.Length + reading.Length) _bytes = new byte[message.Length + reading.Length];
        reading.CopyTo(_bytes);
        message.CopyTo(_bytes.AsSpan(reading.Length));
        Take(reading.Length, message.Length);
        Take(0, reading.Length);

        var written = 0;
        foreach (var tag in _sorted)
        {
            to[written++] = (byte)',';
            _bytes.AsSpan(tag.Start, tag.Length).CopyTo(to[written..]);
            written += tag.Length;
        }

        return written;
    }

    /// <summary>The same without the comma in front, in an array of its own.</summary>
    public byte[] Merge(ReadOnlySpan<byte> message, ReadOnlySpan<byte> reading)
    {
        var merged = new byte[MaxLength(message, reading)];
        return Write(message, reading, merged) is > 0 and var length ? merged[1..length] : [];
    }

    private void Take(int start, int length)
    {
        for (var end = start + length; start < end;)
        {
            var tag = _bytes.AsSpan(start..end);
            tag = tag[..Unescaped(tag, (byte)',')];
            Insert(new(start, tag.Length, Unescaped(tag, (byte)'=')));
            start += tag.Length + 1;
        }
    }

    /// <summary>Few tags: insertion keeps them sorted, and the first of a key stays.</summary>
    private void Insert(Tag tag)
    {
        var key = Key(tag);
        if (key.SequenceEqual("device"u8)) return;

        var at = _sorted.Count;
        for (; at > 0; at--)
        {
            var order = Key(_sorted[at - 1]).SequenceCompareTo(key);
            if (order == 0) return;
            if (order < 0) break;
        }

        _sorted.Insert(at, tag);
    }

    private ReadOnlySpan<byte> Key(Tag tag) => _bytes.AsSpan(tag.Start, tag.KeyLength);

    /// <summary>Where the separator stands, not counting those behind a backslash; the length when nowhere.</summary>
    private static int Unescaped(ReadOnlySpan<byte> text, byte separator)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] == separator && (i == 0 || text[i - 1] != '\\')) return i;

        return text.Length;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tag(int Start, int Length, int KeyLength);
}
