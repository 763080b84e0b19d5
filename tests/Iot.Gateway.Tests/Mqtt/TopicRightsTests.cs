namespace Iot.Gateway.Tests.Mqtt;

public sealed class TopicRightsTests
{
    [Theory]
    [InlineData("v1/devices/other/telemetry", 0x87)]
    [InlineData("v1/devices/pump-7/config/desired", 0x87)]
    [InlineData("v1/devices/pump-7/elsewhere", 0x90)]
    [InlineData("v1/devices/-bad/telemetry", 0x90)]
    [InlineData("v1/devices/+/telemetry", 0x90)]
    [InlineData("a/#", 0x90)]
    [InlineData("$SYS/broker/uptime", 0x90)]
    [InlineData("", 0x90)]
    public async Task An_MQTT_5_client_is_told_that_it_may_not_publish_there(string topic, byte reason)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1), client.Publish(2, topic: topic), client.Publish(3, qos: 2, topic: topic), client.Publish(4));

        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
        Assert.Equal([0x40, 3, 0, 2, reason], await client.ReadPacketAsync());
        Assert.Equal([0x50, 3, 0, 3, reason], await client.ReadPacketAsync());
        Assert.Equal([0x40, 2, 0, 4], await client.ReadPacketAsync());
        Assert.Equal(2, gateway.Ingest.Count);
    }

    [Fact]
    public async Task A_3_1_1_client_is_disconnected_because_an_acknowledgement_would_say_that_it_is_on_disk()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);

        await client.SendAsync(client.Publish(1, topic: "elsewhere"));

        Assert.Empty(await client.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("may not publish to elsewhere: UnknownTopic"));
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task QoS_0_to_a_foreign_topic_is_dropped_and_counted(byte version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, version);

        await client.SendAsync(client.Publish(0, qos: 0, topic: "nowhere/at/all"), client.Publish(1));

        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
        Assert.Equal(1, gateway.Ingest.Count);
        Assert.Single(gateway.Log.Containing("nowhere/at/all"));
    }

    [Fact]
    public async Task A_client_may_listen_to_its_own_device_and_to_every_status()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Subscribe(
            1, ("v1/devices/pump-7/config/desired", 1), ("v1/devices/+/status", 1), ("v1/devices/pump-7/#", 1),
            ("v1/devices/other/config/desired", 1), ("v1/devices/#", 1), ("#", 1), ("$SYS/#", 1), ("$share/g/v1/devices/pump-7/status", 1)));

        Assert.Equal([0x90, 11, 0, 1, 0, 1, 1, 1, 0x87, 0x87, 0x87, 0x87, 0x9E], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_3_1_1_client_gets_0x80_for_what_it_may_not_listen_to_in_the_order_it_asked()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);

        await client.SendAsync(client.Subscribe(1, ("#", 0), ("v1/devices/+/status", 1)));

        Assert.Equal([0x90, 4, 0, 1, 0x80, 0], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task Subscriptions_are_bounded()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        for (ushort id = 1; id <= 32; id++)
        {
            await client.SendAsync(client.Subscribe(id, ($"v1/devices/pump-7/{id}", 0)));
            Assert.Equal(0, (await client.ReadPacketAsync())[5]);
        }

        await client.SendAsync(client.Subscribe(33, ("v1/devices/pump-7/33", 0)));
        Assert.Equal(0x97, (await client.ReadPacketAsync())[5]);
    }
}
