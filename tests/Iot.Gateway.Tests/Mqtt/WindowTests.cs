namespace Iot.Gateway.Tests.Mqtt;

public sealed class WindowTests
{
    [Fact]
    public async Task A_3_1_1_client_beyond_the_window_waits_and_goes_on_when_ingest_does()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:MaxInFlightPerConnection", "4"));
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);

        await client.SendAsync([.. Enumerable.Range(1, 10).Select(id => client.Publish((ushort)id))]);
        var taken = new List<TakenMessage>();
        for (var i = 0; i < 4; i++) taken.Add(await gateway.Ingest.NextAsync());
        Assert.True(await client.IsSilentAsync());
        Assert.Equal(4, gateway.Ingest.Count);

        gateway.Ingest.Answer = IngestResult.Stored;
        foreach (var message in taken) message.Outcome.SetResult(IngestResult.Stored);
        for (byte id = 1; id <= 10; id++) Assert.Equal([0x40, 2, 0, id], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task QoS_0_beyond_the_window_waits_too()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:MaxInFlightPerConnection", "4"));
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync([.. Enumerable.Range(1, 10).Select(_ => client.Publish(0, qos: 0))]);
        for (var i = 0; i < 4; i++) await gateway.Ingest.NextAsync();

        Assert.True(await client.IsSilentAsync());
        Assert.Equal(4, gateway.Ingest.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_MQTT_5_client_that_exceeds_the_receive_maximum_is_disconnected_with_0x93(byte qos)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:MaxInFlightPerConnection", "4"));
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync([.. Enumerable.Range(1, 5).Select(id => client.Publish((ushort)id, qos: qos))]);
        for (var i = 0; i < 4; i++) await gateway.Ingest.NextAsync();

        Assert.Equal([0xE0, 1, 0x93], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
        Assert.Equal(4, gateway.Ingest.Count);
    }

    [Fact]
    public async Task A_QoS_2_publish_counts_against_the_receive_maximum_until_it_is_released()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:MaxInFlightPerConnection", "1"));
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1, qos: 2));
        Assert.Equal([0x50, 2, 0, 1], await client.ReadPacketAsync());
        await client.SendAsync(RawClient.PubRel(1), client.Publish(2, qos: 2));
        Assert.Equal([0x70, 2, 0, 1], await client.ReadPacketAsync());
        Assert.Equal([0x50, 2, 0, 2], await client.ReadPacketAsync());

        await client.SendAsync(client.Publish(3));
        Assert.Equal([0xE0, 1, 0x93], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_client_that_obeys_the_receive_maximum_at_full_speed_is_never_accused()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:MaxInFlightPerConnection", "4"));
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1), client.Publish(2), client.Publish(3), client.Publish(4));
        for (ushort id = 1; id <= 2000; id++)
        {
            Assert.Equal([0x40, 2, .. RawClient.Two(id)], await client.ReadPacketAsync());
            await client.SendAsync(client.Publish((ushort)(id + 4)));
        }
    }

    [Fact]
    public async Task A_connection_that_only_publishes_outlives_its_keep_alive()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, keepAlive: 4);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.5));

        for (ushort id = 1; id <= 5; id++) // 7.5 s; MQTTnet gives up after 6 s without a packet
        {
            await client.SendAsync(client.Publish(id));
            Assert.Equal([0x40, 2, 0, (byte)id], await client.ReadPacketAsync());
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_disconnected_after_its_keep_alive()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, keepAlive: 1);

        Assert.Equal([0xE0, 2, 0x8D, 0], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync([0xC0, 0]);

        Assert.Equal([0xD0, 0], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task Stopping_finishes_what_was_taken_and_says_why_the_connection_ends()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:DrainTimeout", "00:00:30"));
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port);
        await client.SendAsync(client.Publish(1), client.Publish(2));
        var first = await gateway.Ingest.NextAsync();
        var second = await gateway.Ingest.NextAsync();

        var stopped = gateway.StopAsync();
        first.Outcome.SetResult(IngestResult.Stored);
        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
        Assert.False(stopped.IsCompleted);
        second.Outcome.SetResult(IngestResult.Stored);

        Assert.Equal([0x40, 2, 0, 2], await client.ReadPacketAsync());
        Assert.Equal([0xE0, 1, 0x8B], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
        await stopped.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stopping_gives_up_on_what_does_not_get_to_disk_and_acknowledges_none_of_it()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:DrainTimeout", "00:00:00.200"), ("Mqtt:MaxInFlightPerConnection", "2"));
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);
        await client.SendAsync(client.Publish(1), client.Publish(2), client.Publish(3)); // the third blocks the reader
        await gateway.Ingest.NextAsync();
        await gateway.Ingest.NextAsync();

        await gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Empty(await client.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("did not get to disk"));
    }

    [Fact]
    public async Task A_gateway_that_stops_takes_no_new_connection()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        await gateway.StopAsync();

        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => RawClient.OpenAsync(gateway.Port));
    }
}
