using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;

namespace Iot.Wire.Tests;

public class SenMlTimeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-0.0e5", 0)]
    [InlineData("1", 1_000_000_000)]
    [InlineData("1.276020076001e+09", 1_276_020_076_001_000_000)]
    [InlineData("1276020076.001000001", 1_276_020_076_001_000_001)]
    [InlineData("0.0000000004", 0)]
    [InlineData("0.0000000005", 1)]
    [InlineData("-0.0000000005", -1)]
    [InlineData("1700000000.0000000014999999999999999", 1_700_000_000_000_000_001)]
    [InlineData("1700000000.00000000250000000000000001", 1_700_000_000_000_000_003)]
    [InlineData("170000000000000000000000000000e-20", 1_700_000_000_000_000_000)]
    [InlineData("0.00000000000000000000000000000017e40", 1_700_000_000_000_000_000)]
    [InlineData("9223372036.854775807", long.MaxValue)]
    [InlineData("-9223372036.854775807", -long.MaxValue)]
    [InlineData("1e-400", 0)]
    [InlineData("0e999999999999", 0)]
    public void Decimal_seconds_are_read_to_the_nanosecond(string text, long ns)
    {
        Assert.True(DecimalNumber.FromJson(Encoding.UTF8.GetBytes(text)).TryToNs(out var read));
        Assert.Equal(ns, read);
    }

    [Theory]
    [InlineData("9223372036.854775808")]
    [InlineData("99999999999999999999999999")]
    [InlineData("1e10")]
    [InlineData("-1e11")]
    [InlineData("1e999999999999999999999")]
    public void Decimal_seconds_beyond_64_bits_are_refused(string text) =>
        Assert.False(DecimalNumber.FromJson(Encoding.UTF8.GetBytes(text)).TryToNs(out _));

    [Fact]
    public void Any_decimal_is_rounded_like_the_exact_fraction() =>
        Gen.Select(Gen.Long, Gen.Int[-24, 10]).Sample((digits, exponent) =>
        {
            var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{digits}e{exponent}"));
            var shift = exponent + 9;
            var magnitude = BigInteger.Abs(digits);
            var power = BigInteger.Pow(10, Math.Abs(shift));
            var exact = shift >= 0 ? magnitude * power : (2 * magnitude + power) / (2 * power);

            Assert.Equal(exact <= long.MaxValue, DecimalNumber.FromJson(text).TryToNs(out var ns));
            if (exact <= long.MaxValue) Assert.Equal((digits < 0 ? -exact : exact), ns);
        });

    [Fact]
    public void Seconds_are_written_as_they_are_read() =>
        Gen.Long.Sample(ns =>
        {
            Span<byte> text = stackalloc byte[24];
            var length = SenMlTime.FormatSeconds(ns, text);
            if (ns == long.MinValue) return;

            Assert.True(DecimalNumber.FromJson(text[..length]).TryToNs(out var read));
            Assert.Equal(ns, read);
        });

    [Theory]
    [InlineData(-250_000_000, "-0.25"), InlineData(5_000_000_000, "5"), InlineData(100_000_000_000, "100"), InlineData(1, "0.000000001")]
    public void Seconds_are_written_short(long ns, string expected)
    {
        Span<byte> text = stackalloc byte[24];
        Assert.Equal(expected, Encoding.UTF8.GetString(text[..SenMlTime.FormatSeconds(ns, text)]));
    }

    [Fact]
    public void A_float_of_whole_microseconds_is_those_microseconds() =>
        Gen.Long[-2_000_000_000_000_000, 2_000_000_000_000_000].Sample(microseconds =>
        {
            Assert.True(SenMlTime.TryFromSeconds(microseconds / 1e6, out var ns));
            Assert.Equal(microseconds * 1000, ns);
        });

    [Fact]
    public void Any_other_float_is_the_nearest_nanosecond() =>
        Gen.Double[-9e9, 9e9].Sample(seconds =>
        {
            Assert.True(SenMlTime.TryFromSeconds(seconds, out var ns));
            var exact = decimal.Parse(seconds.ToString("F15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            var isMicroseconds = ns % 1000 == 0 && ns / 1000 / 1e6 == seconds;
            Assert.InRange(Math.Abs(ns - exact * 1_000_000_000m), 0m, isMicroseconds ? 500m : 0.5m);
        });

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(1e10), InlineData(-1e10), InlineData(9223372036.854775808)]
    public void A_float_that_is_no_time_is_refused(double seconds) => Assert.False(SenMlTime.TryFromSeconds(seconds, out _));

    [Fact]
    public void Json_numbers_are_the_doubles_that_the_framework_reads() =>
        Gen.Select(Gen.Long, Gen.Long[0, long.MaxValue], Gen.Int[-330, 330]).Sample((whole, fraction, exponent) =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{whole}.{fraction}e{exponent}");
            var payload = Encoding.UTF8.GetBytes($$"""[{"n":"x","v":{{text}}}]""");
            var batch = new ReadingBatch();
            Assert.True(SenMlJsonDecoder.TryDecode(payload, Packs.Context(), batch, out _));
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), batch.Readings[0].Number);
        });
}
