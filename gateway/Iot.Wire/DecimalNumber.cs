using System.Globalization;
using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>A number as people write it: digits and a power of ten. JSON numbers and CBOR decimal fractions.</summary>
/// <remarks><c>Inexact</c>: there were more than 19 digits, and the rest was rounded away.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DecimalNumber(bool Negative, ulong Digits, int Exponent, bool Inexact = false)
{
    private const int MaxDigits = 19;

    /// <summary>No double and no time is near 10 to this power; larger ones are cut to it, so that no sum of exponents overflows.</summary>
    private const int MaxExponent = 100_000;

    private static readonly double[] DoublePowers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private static readonly ulong[] Powers =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    public static int ClampExponent(long exponent) => (int)Math.Clamp(exponent, -MaxExponent, MaxExponent);

    /// <summary>Reads a number that is already known to follow the grammar of JSON.</summary>
    public static DecimalNumber FromJson(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        ulong digits = 0;
        var (count, exponent, inFraction, inexact) = (0, 0L, 0, false); // inFraction is 1 behind the point
        var i = negative ? 1 : 0;
        for (; i < text.Length && text[i] is not ((byte)'e' or (byte)'E'); i++)
        {
            if (text[i] == '.')
            {
                inFraction = 1;
                continue;
            }

            var digit = (uint)(text[i] - '0');
            if (count < MaxDigits)
            {
                digits = digits * 10 + digit;
                if (digits != 0) count++;
                exponent -= inFraction;
                continue;
            }

            if (count++ == MaxDigits && digit >= 5) digits++;
            inexact = true;
            exponent += 1 - inFraction;
        }

        if (i < text.Length) exponent += ExponentFromJson(text[(i + 1)..]);
        return new(negative, digits, ClampExponent(exponent), inexact);
    }

    /// <summary>The nearest double; infinite beyond the largest.</summary>
    public double ToDouble()
    {
        if (TryToDoubleFast(out var number)) return number;

        Span<char> text = stackalloc char[40];
        text.TryWrite(CultureInfo.InvariantCulture, $"{(Negative ? "-" : "")}{Digits}E{Exponent}", out var length);
        return double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>False when digits or power are not exact doubles; else the one operation rounds once and is right.</summary>
    public bool TryToDoubleFast(out double number)
    {
        number = 0;
        if (Inexact || Digits > 1UL << 53 || Exponent is < -22 or > 22) return false;

        number = Exponent < 0 ? Digits / DoublePowers[-Exponent] : Digits * DoublePowers[Exponent];
        if (Negative) number = -number;
        return true;
    }

    /// <summary>Seconds to nanoseconds; halves away from zero. False when it does not fit 64 bits.</summary>
    public bool TryToNs(out long ns)
    {
        ns = 0;
        var shift = Exponent + 9;
        if (Digits == 0 || shift < -MaxDigits) return true;
        if (shift > MaxDigits) return false;

        var magnitude = shift < 0 ? DivideRounded(Digits, Powers[-shift]) : Digits;
        if (shift > 0 && Math.BigMul(magnitude, Powers[shift], out magnitude) != 0) return false;
        if (magnitude > long.MaxValue) return false;

        ns = Negative ? -(long)magnitude : (long)magnitude;
        return true;
    }

    private static ulong DivideRounded(ulong digits, ulong power)
    {
        var (quotient, remainder) = Math.DivRem(digits, power);
        return remainder >= power - remainder ? quotient + 1 : quotient;
    }

    private static long ExponentFromJson(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        long exponent = 0;
        foreach (var c in text[(text[0] is (byte)'-' or (byte)'+' ? 1 : 0)..])
            exponent = Math.Min(exponent * 10 + (c - '0'), int.MaxValue);

        return negative ? -exponent : exponent;
    }
}
