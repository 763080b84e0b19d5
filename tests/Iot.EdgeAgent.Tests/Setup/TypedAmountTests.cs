using Iot.EdgeAgent.Setup;

namespace Iot.EdgeAgent.Tests.Setup;

public class TypedAmountTests
{
    [Theory]
    [InlineData("500ms", 500), InlineData("10s", 10_000), InlineData("10", 10_000), InlineData("1.5 min", 90_000), InlineData("2h", 7_200_000), InlineData("1d", 86_400_000), InlineData("00:00:30", 30_000)]
    public void An_interval_is_taken_as_people_write_it(string text, double milliseconds)
    {
        Assert.True(TypedAmount.TryParseInterval(text, out var interval, out _));
        Assert.Equal(milliseconds, interval.TotalMilliseconds);
    }

    [Theory]
    [InlineData(""), InlineData("soon"), InlineData("0s"), InlineData("-5s"), InlineData("50ms"), InlineData("2d"), InlineData("1e3s"), InlineData("10:xx"), InlineData("9999999999h"), InlineData("5y")]
    public void What_is_no_interval_is_refused_with_examples(string text)
    {
        Assert.False(TypedAmount.TryParseInterval(text, out _, out var whyNot));
        Assert.Contains("10s", whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("512MiB", 512L << 20), InlineData("1g", 1L << 30), InlineData("1.5 GiB", 1536L << 20), InlineData("1048576", 1L << 20), InlineData("1TB", 1L << 40)]
    public void A_size_is_taken_as_people_write_it(string text, long bytes)
    {
        Assert.True(TypedAmount.TryParseSize(text, out var size, out _));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData(""), InlineData("big"), InlineData("1023k"), InlineData("2TiB"), InlineData("-1G"), InlineData("1 parsec"), InlineData("99999999999999999999")]
    public void What_is_no_size_of_an_outbox_is_refused_with_examples(string text)
    {
        Assert.False(TypedAmount.TryParseSize(text, out _, out var whyNot));
        Assert.Contains("512MiB", whyNot, StringComparison.Ordinal);
    }
}
