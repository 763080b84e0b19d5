using CsCheck;
using Iot.Gateway.Dashboard.Api;

namespace Iot.Gateway.Tests.Dashboard;

public class TimeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1790000000.000000001", 1_790_000_000_000_000_001)]
    [InlineData("2026-09-21T14:13:20Z", 1_790_000_000_000_000_000)]
    [InlineData("2026-09-21t14:13:20z", 1_790_000_000_000_000_000)]
    [InlineData("2026-09-21T16:13:20.5+02:00", 1_790_000_000_500_000_000)]
    [InlineData("2026-09-21T14:13:20.123456789Z", 1_790_000_000_123_456_789)]
    public void Both_ways_of_writing_a_time_are_read_to_the_nanosecond(string text, long expected)
    {
        Assert.True(TimeText.TryParse(text, out var ns));
        Assert.Equal(expected, ns);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("2026-09-21")]
    [InlineData("2026-09-21T14:13:20")]
    [InlineData("2026-09-21T14:13:20.Z")]
    [InlineData("2026-09-21T14:13:20.1234567890Z")]
    [InlineData("2026-09-21T14:13:20.5")]
    [InlineData("2026-13-21T14:13:20Z")]
    [InlineData("2500-01-01T00:00:00Z")]
    [InlineData("99999999999999999999999999999999")]
    public void What_is_no_time_is_refused(string text) => Assert.False(TimeText.TryParse(text, out _));

    [Fact]
    public void A_time_written_is_read_as_the_same() => Gen.Long[0, long.MaxValue].Sample(ns =>
        TimeText.TryParse(TimeText.Format(ns), out var back) && back == ns);

    [Fact]
    public void No_text_at_all_makes_it_throw() => Gen.String.Sample(text =>
    {
        _ = TimeText.TryParse(text, out _);
        _ = DurationText.TryParse(text, out _);
    });
}
