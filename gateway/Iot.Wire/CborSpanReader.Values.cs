namespace Iot.Wire;

internal ref partial struct CborSpanReader
{
    public bool TryReadUnsigned(out ulong value, out bool understood)
    {
        var start = _position;
        value = 0;
        understood = false;
        if (!TryReadHead(out var head)) return false;
        if (head.Major != CborMajor.Unsigned) return TrySkipFrom(start);

        value = head.Argument;
        understood = true;
        return true;
    }

    public bool TryReadBoolean(out bool value, out bool understood)
    {
        value = _position < _data.Length && _data[_position] == CborHead.True;
        understood = value || _position < _data.Length && _data[_position] == CborHead.False;
        if (!understood) return TrySkip();

        _position++;
        return true;
    }

    /// <summary>Integer, half, single, double, or decimal fraction (tag 4), as the nearest double.</summary>
    public bool TryReadNumber(out double value, out bool understood)
    {
        var start = _position;
        value = 0;
        understood = true;
        if (!TryReadHead(out var head)) return false;
        if (TryGetFloat(head, out value)) return true;

        switch (head.Major)
        {
            case CborMajor.Unsigned:
                value = head.Argument;
                return true;
            case CborMajor.Negative:
                value = -1.0 - head.Argument;
                return true;
            case CborMajor.Tag when TryReadDecimal(head, out var number):
                value = number.ToDouble();
                return true;
        }

        understood = false;
        return TrySkipFrom(start);
    }

    /// <summary>Seconds, in any form <see cref="TryReadNumber"/> takes, exact where the form is.</summary>
    public bool TryReadTime(out long ns, out bool understood)
    {
        var start = _position;
        ns = 0;
        if (!TryReadHead(out var head))
        {
            understood = false;
            return false;
        }

        if (TryGetFloat(head, out var seconds))
        {
            understood = SenMlTime.TryFromSeconds(seconds, out ns);
            return true;
        }

        understood = head.Major switch
        {
            CborMajor.Unsigned => head.Argument <= long.MaxValue && SenMlTime.TryFromSeconds((long)head.Argument, out ns),
            CborMajor.Negative => head.Argument <= long.MaxValue && SenMlTime.TryFromSeconds(-1 - (long)head.Argument, out ns),
            CborMajor.Tag => TryReadDecimal(head, out var number) && number.TryToNs(out ns),
            _ => false,
        };

        return understood || TrySkipFrom(start);
    }

    /// <summary>A text or byte string; the pieces of an indefinite one are put together in <paramref name="scratch"/>.</summary>
    public bool TryReadString(CborMajor major, ReadingBatch scratch, out ReadOnlySpan<byte> bytes, out bool understood)
    {
        var start = _position;
        bytes = default;
        understood = false;
        if (!TryReadHead(out var head)) return false;
        if (head.Major != major) return TrySkipFrom(start);

        understood = true;
        if (!head.IsIndefinite) return TryTake(head, out bytes);

        var length = 0;
        while (!TryReadBreak())
        {
            if (!TryReadChunk(major, out var chunk)) return false;

            chunk.CopyTo(scratch.ReserveText(length + chunk.Length)[length..]);
            length += chunk.Length;
        }

        bytes = scratch.Utf8(scratch.CommitText(length));
        return true;
    }

    private static bool TryGetFloat(scoped in CborHead head, out double value)
    {
        value = 0;
        if (head.Major != CborMajor.Simple) return false;

        switch (head.Info)
        {
            case CborHead.EightBytes:
                value = BitConverter.UInt64BitsToDouble(head.Argument);
                return true;
            case CborHead.FourBytes:
                value = BitConverter.UInt32BitsToSingle((uint)head.Argument);
                return true;
            case CborHead.TwoBytes:
                value = (double)BitConverter.UInt16BitsToHalf((ushort)head.Argument);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What stands behind tag 4: an array of exponent and digits, both integers. False: something else.</summary>
    private bool TryReadDecimal(scoped in CborHead tag, out DecimalNumber number)
    {
        number = default;
        if (tag.Argument != CborHead.DecimalFractionTag) return false;
        if (!TryReadHead(out var pair) || pair.Major != CborMajor.Array) return false;
        if (!pair.IsIndefinite && pair.Argument != 2) return false;
        if (!TryReadInteger(out var exponentIsNegative, out var exponent)) return false;
        if (!TryReadInteger(out var negative, out var digits)) return false;
        if (pair.IsIndefinite && !TryReadBreak()) return false;

        var magnitude = (long)Math.Min(exponent, int.MaxValue);
        number = new(negative, digits, DecimalNumber.ClampExponent(exponentIsNegative ? -magnitude : magnitude));
        return true;
    }

    private bool TryReadInteger(out bool negative, out ulong magnitude)
    {
        var isHead = TryReadHead(out var head);
        negative = head.Major == CborMajor.Negative;
        magnitude = negative ? unchecked(head.Argument + 1) : head.Argument;
        return isHead && (head.Major == CborMajor.Unsigned || negative && magnitude != 0);
    }

    /// <summary>Goes back and passes over the item: whether that is well-formed decides, not what was tried before.</summary>
    private bool TrySkipFrom(int start)
    {
        _position = start;
        Failure = default;
        return TrySkip();
    }
}
