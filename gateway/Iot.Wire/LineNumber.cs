using System.Globalization;
using System.Text;

namespace Iot.Wire;

/// <summary>The value of a field that is no text: a float, an integer <c>12i</c> or <c>12u</c>, or a boolean.</summary>
/// <remarks>
/// Integers become floats: exact through 2^53, beyond it the nearest float, as any JSON reader would make of them. To refuse them would
/// lose counters (a container's memory limit is 2^63 - 4096) over a difference of 10^-16. Beyond 64 bits they are no integers.
/// </remarks>
internal static class LineNumber
{
    private const ulong MaxExact = 1UL << 53;
    private const int MaxDigits = 19;

    private static readonly double[] Powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    ];

    /// <summary>Reads the whole of <paramref name="text"/>.</summary>
    public static ReadingDefect Read(ReadOnlySpan<byte> text, out ReadingKind kind, out double number)
    {
        kind = ReadingKind.Float;
        if (TryReadDecimal(text, out number)) return ReadingDefect.None;
        if (text.IsEmpty) return ReadingDefect.BadValue;

        switch (text[^1])
        {
            case (byte)'i' when long.TryParse(text[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed):
                number = signed;
                return ReadingDefect.None;
            case (byte)'u' when ulong.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned):
                number = unsigned;
                return ReadingDefect.None;
        }

        if (TryReadBoolean(text, out var flag))
        {
            kind = ReadingKind.Boolean;
            number = flag ? 1 : 0;
            return ReadingDefect.None;
        }

        if (IsNotFinite(text)) return ReadingDefect.NotFinite;
        if (!double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out number))
            return ReadingDefect.BadValue;

        return double.IsFinite(number) ? ReadingDefect.None : ReadingDefect.NotFinite;
    }

    /// <summary>False when the text is not digits and a point, or so many that one division would not round right.</summary>
    private static bool TryReadDecimal(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        if (negative) text = text[1..];
        if (text.Length is 0 or > MaxDigits) return false;

        ulong digits = 0;
        var point = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit <= 9) digits = digits * 10 + digit;
            else if (text[i] == '.' && point < 0) point = i;
            else return false;
        }

        if (digits > MaxExact || (point >= 0 && text.Length == 1)) return false;

        number = point < 0 ? digits : digits / Powers[text.Length - point - 1];
        if (negative) number = -number;
        return true;
    }

    private static bool TryReadBoolean(ReadOnlySpan<byte> text, out bool flag)
    {
        flag = text[0] is (byte)'t' or (byte)'T';
        return text is [(byte)'t' or (byte)'T' or (byte)'f' or (byte)'F']
            || text.SequenceEqual("true"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("TRUE"u8)
            || text.SequenceEqual("false"u8) || text.SequenceEqual("False"u8) || text.SequenceEqual("FALSE"u8);
    }

    private static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        if (text[0] is (byte)'+' or (byte)'-') text = text[1..];
        return Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8);
    }
}
