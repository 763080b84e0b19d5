using Iot.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.Mqtt.Quotas;

public sealed class DeviceLimitTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task One_connection_too_many_for_a_device_ends_and_its_message_is_not_acknowledged(byte version)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:ConnectionsPerDevice", "2"));
        using var first = await SpeakingAsync(gateway, version, "first");
        using var second = await SpeakingAsync(gateway, version, "second");
        using var third = await RawClient.ConnectAsync(gateway.Port, version, "third");

        await third.SendAsync(third.Publish(1));

        if (version == 5) Assert.Equal([0xE0, 1, 0x97], await third.ReadPacketAsync());
        Assert.Empty(await third.ReadPacketAsync());
        Assert.Equal(2, gateway.Ingest.Count);
        using var other = await RawClient.ConnectAsync(gateway.Port, version, "other");
        await other.SendAsync(other.Publish(1, topic: "v1/devices/pump-8/telemetry"));
        Assert.Equal([0x40, 2, 0, 1], await other.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("TooManyOfDevice"));
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0x97)]
    public async Task A_last_will_that_names_a_device_with_too_many_connections_is_refused_with_the_CONNACK(byte version, byte code)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:ConnectionsPerDevice", "2"));
        using var first = await SpeakingAsync(gateway, version, "first");
        using var second = await SpeakingAsync(gateway, version, "second");
        using var third = await RawClient.OpenAsync(gateway.Port, version);

        byte[] none = version == 5 ? [0] : [];
        await third.SendAsync(RawClient.Packet(0x10, [.. RawClient.Text("MQTT"), version, 0b0000_0110, 0, 60, .. none, .. RawClient.Text("third"), .. none, .. RawClient.Text("v1/devices/pump-7/status"), 0, 0]));

        Assert.Equal(code, (await third.ReadPacketAsync())[3]);
    }

    [Fact]
    public async Task A_device_that_connects_too_often_is_told_so_until_time_has_passed()
    {
        await using var gateway = await MqttTestGateway.StartAsync(_clock, ("Limits:ConnectsPerSecondPerDevice", "1"), ("Limits:Burst", "00:00:01"));
        using var first = await SpeakingAsync(gateway, 5, "first");
        using var second = await RawClient.ConnectAsync(gateway.Port, id: "second");

        await second.SendAsync(second.Publish(1));
        Assert.Equal([0xE0, 1, 0x9F], await second.ReadPacketAsync());

        _clock.Advance(TimeSpan.FromSeconds(1));
        using var third = await SpeakingAsync(gateway, 5, "third");
    }

    [Theory]
    [InlineData("MessagesPerSecondPerDevice", "1", 2)]
    [InlineData("BytesPerSecondPerDevice", "1024", 1)]
    public async Task A_device_that_sends_too_fast_is_read_more_slowly_and_loses_nothing_and_others_are_served(string limit, string rate, int atOnce)
    {
        await using var gateway = await MqttTestGateway.StartAsync(_clock, ($"Limits:{limit}", rate), ("Limits:Burst", "00:00:01"));
        using var fast = await RawClient.ConnectAsync(gateway.Port, id: "fast");
        using var other = await RawClient.ConnectAsync(gateway.Port, id: "other");

        await fast.SendAsync([.. Enumerable.Range(1, 5).Select(id => fast.Publish((ushort)id, new('x', 1200)))]);

        for (byte id = 1; id <= atOnce; id++) Assert.Equal([0x40, 2, 0, id], await fast.ReadPacketAsync());
        Assert.True(await fast.IsSilentAsync());
        Assert.Equal(atOnce, gateway.Ingest.Count);
        Assert.NotEmpty(gateway.Log.Containing("more slowly"));
        await other.SendAsync(other.Publish(1, topic: "v1/devices/pump-8/telemetry"));
        Assert.Equal([0x40, 2, 0, 1], await other.ReadPacketAsync());

        for (var id = (byte)(atOnce + 1); id <= 5; id++)
        {
            Assert.Equal([0x40, 2, 0, id], await WhileTimePassesAsync(fast.ReadPacketAsync(seconds: 30)));
        }
    }

    [Fact]
    public async Task An_address_that_sends_too_fast_is_read_more_slowly_however_many_devices_it_names()
    {
        await using var gateway = await MqttTestGateway.StartAsync(
            _clock, ("Limits:TrustedAddresses", "127.0.0.1"), ("Limits:MessagesPerSecondPerAddress", "1"), ("Limits:Burst", "00:00:01"));
        using var one = await RawClient.ConnectAsync(gateway.Port, id: "one", from: "127.0.0.2");
        using var two = await RawClient.ConnectAsync(gateway.Port, id: "two", from: "127.0.0.2");
        using var trusted = await RawClient.ConnectAsync(gateway.Port, id: "trusted");

        await one.SendAsync(one.Publish(1), one.Publish(2), one.Publish(3));
        for (byte id = 1; id <= 2; id++) Assert.Equal([0x40, 2, 0, id], await one.ReadPacketAsync());
        await two.SendAsync(two.Publish(1, topic: "v1/devices/pump-8/telemetry"), two.Publish(2, topic: "v1/devices/pump-8/telemetry"));

        Assert.True(await one.IsSilentAsync());
        Assert.Equal([0x40, 2, 0, 1], await two.ReadPacketAsync()); // it had no message of its own to answer for
        Assert.True(await two.IsSilentAsync());
        await trusted.SendAsync([.. Enumerable.Range(1, 20).Select(id => trusted.Publish((ushort)id, topic: "v1/devices/pump-9/telemetry"))]);
        for (byte id = 1; id <= 20; id++) Assert.Equal([0x40, 2, 0, id], await trusted.ReadPacketAsync());
    }

    [Fact]
    public async Task What_may_not_be_published_counts_as_refused_and_slows_its_sender_only()
    {
        await using var gateway = await MqttTestGateway.StartAsync(_clock, ("Limits:RefusedPerSecondPerDevice", "1"), ("Limits:Burst", "00:00:01"));
        using var bad = await SpeakingAsync(gateway, 5, "bad");

        await bad.SendAsync([.. Enumerable.Range(1, 4).Select(id => bad.Publish((ushort)id, topic: "elsewhere"))]);

        for (byte id = 1; id <= 2; id++) Assert.Equal([0x40, 3, 0, id, 0x90], await bad.ReadPacketAsync());
        Assert.True(await bad.IsSilentAsync());
        Assert.Equal([0x40, 3, 0, 3, 0x90], await WhileTimePassesAsync(bad.ReadPacketAsync(seconds: 30)));
    }

    [Fact]
    public async Task A_gateway_that_stops_does_not_wait_for_a_client_that_is_slowed()
    {
        await using var gateway = await MqttTestGateway.StartAsync(_clock, ("Limits:MessagesPerSecondPerDevice", "1"), ("Limits:Burst", "00:00:01"));
        using var fast = await RawClient.ConnectAsync(gateway.Port);
        await fast.SendAsync([.. Enumerable.Range(1, 5).Select(id => fast.Publish((ushort)id))]);
        for (byte id = 1; id <= 2; id++) Assert.Equal([0x40, 2, 0, id], await fast.ReadPacketAsync());

        await gateway.StopAsync(); // time stands still for the gateway: only the signal can end the pause

        Assert.Equal([0xE0, 1, 0x8B], await fast.ReadPacketAsync());
    }

    /// <summary>A step at a time: the gateway may begin its pause after the step before.</summary>
    private async Task<byte[]> WhileTimePassesAsync(Task<byte[]> answer)
    {
        await Eventually.TrueAsync(
            () =>
            {
                if (!answer.IsCompleted) _clock.Advance(TimeSpan.FromSeconds(0.5));
                return answer.IsCompleted;
            },
            "it is read from again");
        return await answer;
    }

    /// <summary>A client that speaks for pump-7.</summary>
    private static async Task<RawClient> SpeakingAsync(MqttTestGateway gateway, byte version, string id)
    {
        var client = await RawClient.ConnectAsync(gateway.Port, version, id);
        await client.SendAsync(client.Publish(1));
        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
        return client;
    }
}
