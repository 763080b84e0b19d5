namespace Iot.Wire.Tests;

public class TopicsTests
{
    [Theory]
    [InlineData("v1/devices/pump-7/telemetry", TopicKind.Telemetry)]
    [InlineData("v1/devices/pump-7/telemetry/line", TopicKind.TelemetryLine)]
    [InlineData("v1/devices/pump-7/status", TopicKind.Status)]
    [InlineData("v1/devices/pump-7/config/desired", TopicKind.ConfigDesired)]
    [InlineData("v1/devices/pump-7/config/reported", TopicKind.ConfigReported)]
    public void A_topic_is_made_and_taken_apart(string topic, TopicKind kind)
    {
        Assert.True(Topics.TryParse(topic, out var device, out var parsed));
        Assert.Equal((Packs.Pump, kind), (device, parsed));
        Assert.Equal(topic, kind switch
        {
            TopicKind.Telemetry => Topics.Telemetry(device),
            TopicKind.TelemetryLine => Topics.TelemetryLine(device),
            TopicKind.Status => Topics.Status(device),
            TopicKind.ConfigDesired => Topics.ConfigDesired(device),
            _ => Topics.ConfigReported(device),
        });
    }

    [Theory]
    [InlineData(""), InlineData("v1/devices/"), InlineData("v1/devices/pump-7"), InlineData("v1/devices/pump-7/")]
    [InlineData("v1/devices//telemetry"), InlineData("v1/devices/pump 7/telemetry"), InlineData("v1/devices/+/telemetry")]
    [InlineData("v1/devices/pump-7/telemetry/"), InlineData("v1/devices/pump-7/Telemetry"), InlineData("V1/devices/pump-7/telemetry")]
    [InlineData("/v1/devices/pump-7/telemetry"), InlineData("v1/devices/pump-7/config"), InlineData("spBv1.0/g/NDATA/pump-7")]
    public void Any_other_topic_is_none(string topic) => Assert.False(Topics.TryParse(topic, out _, out _));
}
