using System.Text;
using Iot.Gateway.Devices;

namespace Iot.Gateway.Tests.Devices;

public sealed class DeviceStatusTests
{
    [Theory]
    [InlineData("""{"state":"online"}""", true, null)]
    [InlineData("""{"state":"offline","at":1,"agent":"x 1"}""", false, "x 1")]
    [InlineData("""{"at":{"a":[1]},"agent":7,"state":"online"}""", true, null)]
    public void What_it_says_is_read_and_the_rest_passed_over(string json, bool online, string? agent)
    {
        Assert.True(DeviceStatus.TryParse(Encoding.UTF8.GetBytes(json), out var status));
        Assert.Equal(new(online, agent), status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"state":"on"}""")]
    [InlineData("""{"state":{"online":1}}""")]
    [InlineData("""{"state":"online"} x""")]
    [InlineData("""{"state":"online" """)]
    [InlineData("""{"state":"online","x":[[[[[[1]]]]]]}""")]
    public void What_is_not_a_status_is_refused(string json) => Assert.False(DeviceStatus.TryParse(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Ill_formed_UTF_8_is_refused() => Assert.False(DeviceStatus.TryParse([.. "{\"state\":\"online\",\"agent\":\""u8, 0xFF, .. "\"}"u8], out _));

    [Fact]
    public void A_long_name_of_an_agent_is_cut()
    {
        Assert.True(DeviceStatus.TryParse(Encoding.UTF8.GetBytes($$"""{"state":"online","agent":"{{new string('a', 1000)}}"}"""), out var status));
        Assert.Equal(DeviceStatus.MaxAgentLength, status.Agent!.Length);
    }
}
