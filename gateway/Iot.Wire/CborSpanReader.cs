using System.Buffers.Binary;
using System.Text.Unicode;

namespace Iot.Wire;

/// <summary>Reads CBOR (RFC 8949) item by item from foreign bytes.</summary>
/// <remarks>
/// A method that returns false has met bytes that are not CBOR, and <see cref="Failure"/> says where; reading ends there.
/// A value of another type than asked for is no failure: it is passed over, and <c>understood</c> is false.
/// </remarks>
internal ref partial struct CborSpanReader(ReadOnlySpan<byte> data)
{
    /// <summary>Arrays, maps and tags inside one another under a label that is passed over.</summary>
    public const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    public DecodeFailure Failure { get; private set; }

    public readonly int Position => _position;

    public readonly bool IsAtEnd => _position == _data.Length;

    public bool Fail(DecodeError error, int position)
    {
        Failure = new(error, position);
        return false;
    }

    public bool TryReadHead(out CborHead head)
    {
        if ((uint)_position >= (uint)_data.Length)
        {
            head = default;
            return Fail(DecodeError.Truncated, _position);
        }

        var initial = _data[_position++];
        head = new(initial, (ulong)initial & CborHead.InfoMask);
        return head.Info < CborHead.OneByte || TryReadArgument(initial, out head);
    }

    /// <summary>Steps over the end of an indefinite array or map.</summary>
    public bool TryReadBreak()
    {
        if (_position >= _data.Length || _data[_position] != CborHead.Break) return false;

        _position++;
        return true;
    }

    /// <summary>Takes a key from 0 to 8 or -1 to -6 that stands in one byte, as all numbers of SenML do.</summary>
    public bool TryReadSmallLabel(out SenMlLabel label)
    {
        label = default;
        if (_position >= _data.Length) return false;

        var initial = _data[_position];
        if (initial <= (int)SenMlLabel.Data)
            label = (SenMlLabel)initial;
        else if (initial is >= 0x20 and <= 0x25)
            label = (SenMlLabel)(0x1f - initial);
        else
            return false;

        _position++;
        return true;
    }

    private bool TryReadArgument(byte initial, out CborHead head)
    {
        head = new(initial, 0);
        var start = _position - 1;
        if (head.IsIndefinite)
            return head.Major is not (CborMajor.Unsigned or CborMajor.Negative or CborMajor.Tag) || Fail(DecodeError.Malformed, start);
        if (head.Info > CborHead.EightBytes) return Fail(DecodeError.Malformed, start);

        var size = 1 << head.Info - CborHead.OneByte;
        if (_data.Length - _position < size) return Fail(DecodeError.Truncated, start);

        var bytes = _data.Slice(_position, size);
        _position += size;
        head = new(initial, size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        });

        // Two-byte simple values below 32 are not well-formed: they have a one-byte form.
        return head.Major != CborMajor.Simple || head.Info != CborHead.OneByte || head.Argument >= 32
            || Fail(DecodeError.Malformed, start);
    }

    /// <summary>The bytes of a definite string whose head has been read; text is checked for UTF-8.</summary>
    private bool TryTake(scoped in CborHead head, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (head.Argument > (ulong)(_data.Length - _position)) return Fail(DecodeError.Truncated, _data.Length);

        bytes = _data.Slice(_position, (int)head.Argument);
        if (head.Major == CborMajor.Text && !Utf8.IsValid(bytes)) return Fail(DecodeError.InvalidUtf8, _position);

        _position += bytes.Length;
        return true;
    }

    /// <summary>Passes over one item of any kind.</summary>
    public bool TrySkip(int depth = 0)
    {
        var start = _position;
        if (!TryReadHead(out var head)) return false;

        switch (head.Major)
        {
            case CborMajor.Unsigned or CborMajor.Negative:
                return true;
            case CborMajor.Bytes or CborMajor.Text:
                return TrySkipString(head);
            case CborMajor.Simple:
                return !head.IsIndefinite || Fail(DecodeError.Malformed, start);
        }

        if (depth >= MaxDepth) return Fail(DecodeError.TooDeep, start);
        if (head.Major == CborMajor.Tag) return TrySkip(depth + 1);

        return TrySkipItems(head, depth + 1);
    }

    /// <summary>A map's items go in pairs, so a break after a key without a value is not well-formed.</summary>
    private bool TrySkipItems(scoped in CborHead head, int depth)
    {
        for (var left = head.IsIndefinite ? ulong.MaxValue : head.Argument; left > 0; left--)
        {
            if (head.IsIndefinite && TryReadBreak()) return true;
            if (!TrySkip(depth)) return false;
            if (head.Major == CborMajor.Map && !TrySkip(depth)) return false;
        }

        return true;
    }

    private bool TrySkipString(scoped in CborHead head)
    {
        if (!head.IsIndefinite) return TryTake(head, out _);

        while (!TryReadBreak())
            if (!TryReadChunk(head.Major, out _)) return false;

        return true;
    }

    private bool TryReadChunk(CborMajor major, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var start = _position;
        if (!TryReadHead(out var head)) return false;
        if (head.Major != major || head.IsIndefinite) return Fail(DecodeError.Malformed, start);

        return TryTake(head, out bytes);
    }
}
