using System.Globalization;
using System.Text;
using CsCheck;
using Iot.Gateway.Influx;

namespace Iot.Gateway.Tests.Influx;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1.0, "1")]
    [InlineData(-21.5, "-21.5")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.05, "0.05")]
    [InlineData(1013.25, "1013.25")]
    [InlineData(1.00001, "1.00001")]
    [InlineData(99999999999.9999, "99999999999.9999")]
    [InlineData(100000000000.0, "100000000000")]
    [InlineData(1e300, "1E+300")]
    [InlineData(5e-324, "5E-324")]
    public void Known_numbers_have_their_shortest_text(double value, string text) => Assert.Equal(text, Text(value));

    [Fact]
    public void Every_double_reads_back_as_the_same_bits() => Gen.Double.Where(double.IsFinite).Sample(value =>
        BitConverter.DoubleToInt64Bits(double.Parse(Text(value), CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value));

    [Fact]
    public void Decimals_read_back_and_are_no_longer_than_the_shortest_round_trip() =>
        Gen.Select(Gen.Long[-9_999_999_999_999, 9_999_999_999_999], Gen.Int[0, 6]).Sample((digits, decimals) =>
        {
            var value = digits / Math.Pow(10, decimals);
            var text = Text(value);
            return double.Parse(text, CultureInfo.InvariantCulture).Equals(value) && text.Length <= value.ToString("R", CultureInfo.InvariantCulture).Length;
        });

    private static string Text(double value)
    {
        Span<byte> to = stackalloc byte[NumberText.MaxLength];
        return Encoding.ASCII.GetString(to[..NumberText.Write(value, to)]);
    }
}
