using Iot.EdgeAgent.Publishing;

namespace Iot.EdgeAgent.Tests.Publishing;

public class GatewayAddressTests
{
    [Theory]
    [InlineData("mqtt://gw", "mqtt://gw:1883")]
    [InlineData("mqtts://gw.example/", "mqtts://gw.example:8883")]
    [InlineData("mqtt://10.0.0.1:1884", "mqtt://10.0.0.1:1884")]
    [InlineData("mqtts://[::1]:99", "mqtts://::1:99")]
    public void The_port_follows_the_scheme_unless_given(string text, string expected)
    {
        Assert.True(GatewayAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("gateway"), InlineData("http://gw"), InlineData("mqtt://"), InlineData("mqtt://user:secret@gw"), InlineData("mqtt://gw/path"), InlineData("")]
    public void Anything_else_is_refused(string text) => Assert.False(GatewayAddress.TryParse(text, out _));
}
