using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>The tags of one line, put in order of their escaped keys. Reused from line to line.</summary>
internal sealed class LineTags
{
    /// <summary>Most tags of a line, and most bytes of them: InfluxDB takes no longer series key.</summary>
    public const int MaxTags = 128;

    public const int MaxBytes = ushort.MaxValue;

    private readonly Tag[] _tags = new Tag[MaxTags];
    private int _count;
    private int _length;
    private bool _asWritten;

    public void Clear()
    {
        _count = 0;
        _length = 0;
        _asWritten = true;
    }

    /// <summary>A tag was left out, so the others do not lie end to end any more.</summary>
    public void NoteLeftOut() => _asWritten = false;

    /// <summary>False when the key is there already or there are too many.</summary>
    public bool TryAdd(ReadOnlySpan<byte> payload, int key, int equals, int end)
    {
        _length += end - key + 1;
        if (_count == MaxTags || _length > MaxBytes) return false;

        var at = PlaceOf(payload, payload[key..equals], out var duplicate);
        if (duplicate) return false;

        _asWritten &= at == _count;
        _tags.AsSpan(at, _count - at).CopyTo(_tags.AsSpan(at + 1));
        _tags[at] = new(key, equals, end);
        _count++;
        return true;
    }

    /// <summary>Copies them into the batch as <c>key=value,key=value</c>.</summary>
    public TextRange AddTo(ReadingBatch batch, ReadOnlySpan<byte> payload)
    {
        if (_count == 0) return default;
        if (_asWritten) return batch.AddText(payload[_tags[0].Key.._tags[_count - 1].End]);

        var room = batch.ReserveText(_length);
        var length = 0;
        foreach (var tag in _tags.AsSpan(0, _count))
        {
            if (length > 0) room[length++] = (byte)',';
            payload[tag.Key..tag.End].CopyTo(room[length..]);
            length += tag.End - tag.Key;
        }

        return batch.CommitText(length);
    }

    private int PlaceOf(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key, out bool duplicate)
    {
        duplicate = false;
        var (low, high) = (0, _count);
        if (_count > 0 && Compare(payload, _count - 1, key) < 0) return _count; // most writers sort them

        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = Compare(payload, middle, key);
            if (order == 0) duplicate = true;
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private int Compare(ReadOnlySpan<byte> payload, int index, ReadOnlySpan<byte> key) =>
        payload[_tags[index].Key.._tags[index].Equal].SequenceCompareTo(key);

    /// <summary>Where a tag lies in the payload.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Tag(int Key, int Equal, int End);
}
