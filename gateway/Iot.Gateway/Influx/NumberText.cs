using System.Buffers.Text;
using System.Globalization;

namespace Iot.Gateway.Influx;

/// <summary>Doubles and times as text: the shortest digits that read back as the same bits.</summary>
internal static class NumberText
{
    /// <summary>Room that any double or time fits into.</summary>
    public const int MaxLength = 32;

    /// <summary>Up to here a double times 10^4 and its rounding are exact enough to be checked by dividing back.</summary>
    private const double FastLimit = 1e11;

    /// <summary>Sensor values have few decimals: those go by integer arithmetic, 2–3 times as fast as the general case.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(double value, Span<byte> to)
    {
        var size = Math.Abs(value);
        if (size is >= 1e-3 and < FastLimit)
        {
            for (var (scale, decimals) = (1.0, 0); decimals <= 4; scale *= 10, decimals++)
            {
                var scaled = Math.Round(size * scale);

                // The quotient is correctly rounded, so it equals the value exactly when these digits name it.
                if (scaled / scale == size) return WriteDecimal((ulong)scaled, decimals, value < 0, to);
            }
        }

        value.TryFormat(to, out var written, "R", CultureInfo.InvariantCulture);
        return written;
    }

    /// <returns>Bytes written.</returns>
    public static int Write(long value, Span<byte> to)
    {
        Utf8Formatter.TryFormat(value, to, out var written);
        return written;
    }

    private static int WriteDecimal(ulong digits, int decimals, bool negative, Span<byte> to)
    {
        var start = 0;
        if (negative) to[start++] = (byte)'-';
        if (decimals == 0)
        {
            Utf8Formatter.TryFormat(digits, to[start..], out var whole);
            return start + whole;
        }

        var scale = Scale(decimals);
        var (integer, fraction) = Math.DivRem(digits, scale);
        Utf8Formatter.TryFormat(integer, to[start..], out var length);
        start += length;
        to[start] = (byte)'.';
        for (var i = decimals; i > 0; i--)
        {
            (fraction, var digit) = Math.DivRem(fraction, 10UL);
            to[start + i] = (byte)('0' + digit);
        }

        return start + 1 + decimals;
    }

    private static ulong Scale(int decimals) => decimals switch
    {
        1 => 10,
        2 => 100,
        3 => 1000,
        _ => 10_000,
    };
}
