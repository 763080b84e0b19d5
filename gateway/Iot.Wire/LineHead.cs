using System.Runtime.InteropServices;
using System.Text;

namespace Iot.Wire;

/// <summary>Measurement and tags of a line: all up to its first space that is not escaped.</summary>
/// <param name="Defect"><see cref="ReadingDefect.ForeignDevice"/> spoils the line's readings; any other, the line.</param>
/// <param name="End">Index behind the head.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineHead(TextRange Measurement, TextRange Tags, ReadingDefect Defect, int End);

/// <summary>Reads heads. A head that is the same as the one before, the usual case, is not taken apart again.</summary>
internal sealed class LineHeadReader
{
    /// <summary>Longest measurement and longest field name, in bytes.</summary>
    public const int MaxNameLength = 255;

    private readonly LineTags _tags = new();
    private int _start;
    private int _length;
    private LineHead _last;

    /// <summary>Before a new payload.</summary>
    public void Reset() => _length = 0;

    public LineHead Read(ReadOnlySpan<byte> payload, int at, DeviceId device, ReadingBatch batch)
    {
        if (IsSameAsLast(payload, at)) return _last with { End = at + _length };

        var head = Parse(payload, at, device, batch);
        if (head.Defect is ReadingDefect.None or ReadingDefect.ForeignDevice && head.End < payload.Length && payload[head.End] == ' ')
            (_start, _length, _last) = (at, head.End - at, head);

        return head;
    }

    /// <remarks>Only heads that a space ended are remembered: one that the line's end did may end in a backslash, which would protect a space.</remarks>
    private bool IsSameAsLast(ReadOnlySpan<byte> payload, int at) =>
        _length > 0
        && payload.Length - at > _length
        && payload[at + _length] == ' '
        && payload.Slice(at, _length).SequenceEqual(payload.Slice(_start, _length));

    private LineHead Parse(ReadOnlySpan<byte> payload, int at, DeviceId device, ReadingBatch batch)
    {
        var end = LineText.EndOfName(payload, at);
        while (end < payload.Length && payload[end] == '=') end = LineText.EndOfName(payload, end + 1); // no separator here

        if (end - at is 0 or > MaxNameLength || !(IsEnd(payload, end) || payload[end] == ','))
            return new(default, default, ReadingDefect.BadName, end);

        var measurement = LineText.AddUnescaped(payload[at..end], ", "u8, batch);
        if (!TryReadTags(payload, ref end, device, out var foreign)) return new(measurement, default, ReadingDefect.BadTags, end);

        return new(measurement, _tags.AddTo(batch, payload), foreign ? ReadingDefect.ForeignDevice : ReadingDefect.None, end);
    }

    private bool TryReadTags(ReadOnlySpan<byte> payload, ref int end, DeviceId device, out bool foreign)
    {
        foreign = false;
        var hasDevice = false;
        _tags.Clear();
        while (end < payload.Length && payload[end] == ',')
        {
            var key = end + 1;
            var equals = LineText.EndOfName(payload, key);
            if (equals == key || equals == payload.Length || payload[equals] != '=') return false;

            end = LineText.EndOfName(payload, equals + 1);
            if (end == equals + 1) return false;

            if (!payload[key..equals].SequenceEqual("device"u8))
            {
                if (!_tags.TryAdd(payload, key, equals, end)) return false;
                continue;
            }

            if (hasDevice) return false;

            hasDevice = true;
            foreign = !Ascii.Equals(payload[(equals + 1)..end], device.Value);
            _tags.NoteLeftOut();
        }

        return IsEnd(payload, end);
    }

    private static bool IsEnd(ReadOnlySpan<byte> payload, int end) => LineText.IsEndOfLine(payload, end) || payload[end] == ' ';
}
