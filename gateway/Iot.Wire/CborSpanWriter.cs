using System.Buffers.Binary;
using System.Diagnostics;

namespace Iot.Wire;

/// <summary>Writes CBOR (RFC 8949) in its shortest forms into room that the caller has made.</summary>
internal ref struct CborSpanWriter(Span<byte> destination)
{
    /// <summary>Most bytes of a head, and so of any number but a decimal fraction, which takes 3 more.</summary>
    public const int MaxHead = 9;

    /// <summary>Most pairs of a map here, so that its head is one byte that can be filled in afterwards.</summary>
    private const int MaxPairs = CborHead.OneByte - 1;

    private const int MaxDecimalPlaces = 6;

    private readonly Span<byte> _destination = destination;
    private int _mapAt;
    private int _pairs;

    public int Length { get; private set; }

    public void WriteHead(CborMajor major, ulong argument)
    {
        var kind = (int)major << 5;
        var rest = _destination[Length..];
        switch (argument)
        {
            case < CborHead.OneByte:
                rest[0] = (byte)(kind | (int)argument);
                Length += 1;
                break;
            case <= byte.MaxValue:
                rest[0] = (byte)(kind | CborHead.OneByte);
                rest[1] = (byte)argument;
                Length += 2;
                break;
            case <= ushort.MaxValue:
                rest[0] = (byte)(kind | CborHead.TwoBytes);
                BinaryPrimitives.WriteUInt16BigEndian(rest[1..], (ushort)argument);
                Length += 3;
                break;
            case <= uint.MaxValue:
                rest[0] = (byte)(kind | CborHead.FourBytes);
                BinaryPrimitives.WriteUInt32BigEndian(rest[1..], (uint)argument);
                Length += 5;
                break;
            default:
                rest[0] = (byte)(kind | CborHead.EightBytes);
                BinaryPrimitives.WriteUInt64BigEndian(rest[1..], argument);
                Length += 9;
                break;
        }
    }

    /// <summary>Maps are not put inside one another.</summary>
    public void BeginMap()
    {
        _mapAt = Length++;
        _pairs = 0;
    }

    public void EndMap()
    {
        Debug.Assert(_pairs <= MaxPairs);
        _destination[_mapAt] = (byte)((int)CborMajor.Map << 5 | _pairs);
    }

    public void WriteLabel(SenMlLabel label)
    {
        _pairs++;
        WriteInteger((long)label);
    }

    public void WriteLabel(ReadOnlySpan<byte> text)
    {
        _pairs++;
        WriteString(CborMajor.Text, text);
    }

    /// <summary>A text whose bytes the caller writes into the span.</summary>
    public Span<byte> WriteText(int length)
    {
        WriteHead(CborMajor.Text, (ulong)length);
        Length += length;
        return _destination.Slice(Length - length, length);
    }

    public void WriteInteger(long value)
    {
        if (value < 0)
            WriteHead(CborMajor.Negative, (ulong)~value);
        else
            WriteHead(CborMajor.Unsigned, (ulong)value);
    }

    public void WriteString(CborMajor major, ReadOnlySpan<byte> bytes)
    {
        WriteHead(major, (ulong)bytes.Length);
        bytes.CopyTo(_destination[Length..]);
        Length += bytes.Length;
    }

    public void WriteBoolean(bool value) => _destination[Length++] = value ? CborHead.True : CborHead.False;

    /// <summary>The shortest form that is read back as the same 64 bits.</summary>
    public void WriteNumber(double value)
    {
        var isNegativeZero = BitConverter.DoubleToUInt64Bits(value) == 1UL << 63;
        if (Math.Abs(value) <= uint.MaxValue && !isNegativeZero && Math.Truncate(value) == value)
            WriteInteger((long)value);
        else if ((double)(Half)value == value)
            WriteFloat(CborHead.TwoBytes, BitConverter.HalfToUInt16Bits((Half)value));
        else if ((float)value == value)
            WriteFloat(CborHead.FourBytes, BitConverter.SingleToUInt32Bits((float)value));
        else if (!TryWriteDecimal(value))
            WriteFloat(CborHead.EightBytes, BitConverter.DoubleToUInt64Bits(value));
    }

    /// <summary>Seconds: an integer where they are whole, else a decimal fraction, so exact.</summary>
    public void WriteSeconds(long ns)
    {
        if (ns % SenMlTime.NsPerSecond == 0)
        {
            WriteInteger(ns / SenMlTime.NsPerSecond);
            return;
        }

        var exponent = -9;
        for (; ns % 10 == 0; ns /= 10) exponent++;
        WriteDecimal(exponent, ns);
    }

    /// <summary>21.47 takes 6 bytes as 2147 · 10^-2, and 9 as a double. False when it would not be shorter.</summary>
    private bool TryWriteDecimal(double value)
    {
        var power = 1.0;
        for (var places = 1; places <= MaxDecimalPlaces; places++)
        {
            power *= 10;
            var digits = Math.Round(value * power);
            if (!(Math.Abs(digits) <= uint.MaxValue)) return false;
            if (digits / power != value) continue;

            WriteDecimal(-places, (long)digits);
            return true;
        }

        return false;
    }

    private void WriteDecimal(int exponent, long digits)
    {
        WriteHead(CborMajor.Tag, CborHead.DecimalFractionTag);
        WriteHead(CborMajor.Array, 2);
        WriteInteger(exponent);
        WriteInteger(digits);
    }

    private void WriteFloat(int info, ulong bits)
    {
        _destination[Length++] = (byte)((int)CborMajor.Simple << 5 | info);
        var rest = _destination[Length..];
        switch (info)
        {
            case CborHead.TwoBytes: BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)bits); break;
            case CborHead.FourBytes: BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)bits); break;
            default: BinaryPrimitives.WriteUInt64BigEndian(rest, bits); break;
        }

        Length += 1 << info - CborHead.OneByte;
    }
}
