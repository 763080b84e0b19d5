using System.Globalization;
using System.Text;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>The answer to a status message says what time it is; nothing else does, and nobody is told who must not be. WIRE.md, Clock.</summary>
public sealed class TimeAnswerTests
{
    private const string Status = "v1/devices/pump-7/status";
    private const string Online = """{"state":"online"}""";

    [Fact]
    public async Task A_status_message_is_answered_with_the_time_and_readings_beside_it_are_not()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        await client.SendAsync(client.Publish(6), client.Publish(7, Online, topic: Status), client.Publish(8));

        Assert.Equal([0x40, 2, 0, 6], await client.ReadPacketAsync());
        var answer = await client.ReadPacketAsync();
        Assert.Equal([0x40, 26, 0, 7, 0, 22, 0x26, .. RawClient.Text("time"), 0, 13], answer[..15]);
        Assert.InRange(long.Parse(Encoding.ASCII.GetString(answer[15..]), CultureInfo.InvariantCulture), before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Assert.Equal([0x40, 2, 0, 8], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task Version_3_1_1_has_no_place_for_it()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);

        await client.SendAsync(client.Publish(7, Online, topic: Status));

        Assert.Equal([0x40, 2, 0, 7], await client.ReadPacketAsync());
    }

    /// <summary>MQTT 5, 3.1.2.11.7: no user properties in PUBACK for such a client.</summary>
    [Fact]
    public async Task A_client_that_wants_no_problem_information_is_told_nothing()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.OpenAsync(gateway.Port);
        await client.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), 5, 0b10, 0, 60, 2, 0x17, 0, .. RawClient.Text("raw")]));
        Assert.Equal(0x20, (await client.ReadPacketAsync())[0]);

        await client.SendAsync(client.Publish(7, Online, topic: Status));

        Assert.Equal([0x40, 2, 0, 7], await client.ReadPacketAsync());
    }
}
