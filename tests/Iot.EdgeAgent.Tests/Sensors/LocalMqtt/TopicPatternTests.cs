using Iot.EdgeAgent.Sensors.LocalMqtt;

namespace Iot.EdgeAgent.Tests.Sensors.LocalMqtt;

public class TopicPatternTests
{
    [Theory]
    [InlineData("zigbee2mqtt/{device}", "zigbee2mqtt/+", "zigbee2mqtt/kitchen", "1=kitchen device=kitchen")]
    [InlineData("tele/+/SENSOR", "tele/+/SENSOR", "tele/plug/SENSOR", "1=plug")]
    [InlineData("{site}/+/t", "+/+/t", "a/b/t", "1=a 2=b site=a")]
    [InlineData("home/#", "home/#", "home/a/b", "rest=a.b")]
    [InlineData("home/#", "home/#", "home", "rest=")]
    [InlineData("a/b", "a/b", "a/b", "")]
    public void A_topic_fills_the_words(string text, string filter, string topic, string words)
    {
        Assert.True(TopicPattern.TryParse(text, out var pattern, out _));
        Assert.Equal(filter, pattern.Filter);
        Assert.Equal(words, string.Join(' ', pattern.Match(topic)!.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => $"{word.Key}={word.Value}")));
    }

    [Theory]
    [InlineData("tele/+/SENSOR", "tele/plug/STATE"), InlineData("tele/+", "tele/a/b"), InlineData("tele/+", "tele"), InlineData("home/a/#", "home"), InlineData("a", "A")]
    public void Another_topic_does_not_match(string text, string topic)
    {
        Assert.True(TopicPattern.TryParse(text, out var pattern, out _));
        Assert.Null(pattern.Match(topic));
    }

    [Theory]
    [InlineData("", "has 1 to 256 characters"), InlineData("a/#/b", "has # before its end"), InlineData("a/b+", "has a wildcard inside a level, 'b+'")]
    [InlineData("{a}/{a}", "gives one {word} twice"), InlineData("{1}/x", "and a word has letters only"), InlineData("x{a}", "inside a level")]
    public void What_is_no_pattern_is_told_why(string text, string why)
    {
        Assert.False(TopicPattern.TryParse(text, out _, out var whyNot));
        Assert.Contains(why, whyNot, StringComparison.Ordinal);
    }
}
