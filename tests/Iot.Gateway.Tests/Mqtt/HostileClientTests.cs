namespace Iot.Gateway.Tests.Mqtt;

public sealed class HostileClientTests
{
    [Fact]
    public async Task A_connected_client_is_told_that_its_packet_is_too_large()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:PayloadBytes", "2048"));
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(RawClient.Packet(0x32, new byte[3100])[..3]);

        Assert.Equal([0xE0, 1, 0x95], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
    }

    [Fact]
    public async Task The_largest_packet_that_CONNACK_allows_is_taken()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Limits:PayloadBytes", "2048"));
        using var client = await RawClient.ConnectAsync(gateway.Port);
        var head = client.Publish(1, "").Length + 1; // its length takes two bytes

        var packet = client.Publish(1, new('x', 2048 + 1024 - head));
        Assert.Equal(3072, packet.Length);
        await client.SendAsync(packet);

        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x10 })]
    [InlineData(new byte[] { 0x10, 20, 0, 4, (byte)'M' })]
    public async Task A_CONNECT_that_does_not_come_in_time_ends_the_connection(byte[] part)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:ConnectTimeout", "00:00:00.300"));
        using var client = await RawClient.OpenAsync(gateway.Port);
        await client.SendAsync(part);

        Assert.Empty(await client.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("ConnectTimeout"));
    }

    [Fact]
    public async Task A_publish_before_CONNECT_ends_the_connection()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.OpenAsync(gateway.Port);

        await client.SendAsync(client.Publish(1));

        Assert.Empty(await client.ReadPacketAsync());
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Fact]
    public async Task A_second_CONNECT_ends_the_connection_and_stands_in_the_log_once_however_often_it_happens()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            using var client = await RawClient.ConnectAsync(gateway.Port, id: $"raw-{i}");
            await client.SendAsync(client.Connect("raw"));

            Assert.Equal([0xE0, 1, 0x82], await client.ReadPacketAsync());
            Assert.Empty(await client.ReadPacketAsync());
        }

        Assert.Single(gateway.Log.Containing("SecondConnect"));
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 5, 0, 1, 0, 0, 0 }, 0x81)]       // SUBSCRIBE without its flags
    [InlineData(new byte[] { 0x82, 6, 0, 0, 0, 0, 0, 0 }, 0x81)]    // packet id 0
    [InlineData(new byte[] { 0x82, 2, 0, 1 }, 0x81)]                // no properties, no filter
    [InlineData(new byte[] { 0x82, 3, 0, 1, 0 }, 0x81)]             // no filter
    [InlineData(new byte[] { 0x36, 4, 0, 0, 0, 0 }, 0x81)]          // QoS 3
    [InlineData(new byte[] { 0xF0, 0 }, 0x82)]                      // AUTH
    [InlineData(new byte[] { 0x62, 1, 0 }, 0x81)]                   // PUBREL with half an id
    public async Task A_packet_that_breaks_the_protocol_ends_the_connection_with_a_reason(byte[] packet, byte reason)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(packet);

        Assert.Equal([0xE0, 1, reason], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_client_that_vanishes_while_its_message_is_on_the_way_costs_nothing()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = null;
        using (var client = await RawClient.ConnectAsync(gateway.Port))
            await client.SendAsync(client.Publish(1));
        (await gateway.Ingest.NextAsync()).Outcome.SetResult(IngestResult.Stored);

        gateway.Ingest.Answer = IngestResult.Stored;
        using var next = await RawClient.ConnectAsync(gateway.Port);
        await next.SendAsync(next.Publish(2));
        Assert.Equal([0x40, 2, 0, 2], await next.ReadPacketAsync());
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0 })]                                        // PINGREQ
    [InlineData(new byte[] { 0xA2, 8, 0, 1, 0, 0, 3, (byte)'a', (byte)'/', (byte)'b' })] // UNSUBSCRIBE
    public async Task A_client_that_never_reads_is_not_read_from_for_ever_and_does_not_hold_up_a_stop(byte[] request)
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:DrainTimeout", "00:00:00.200"), ("Mqtt:FullPause", "00:00:00"));
        using var client = await RawClient.ConnectAsync(gateway.Port);
        var many = Enumerable.Repeat(request, 100_000).ToArray();

        for (var i = 0; ; i++) // what the sockets and pipes hold is a few MB
        {
            Assert.True(i < 400, "the gateway took 40 million requests whose answers nobody reads");
            if (!await client.TrySendAsync(TimeSpan.FromMilliseconds(500), many)) break;
        }

        await gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_listener_that_never_acknowledges_is_disconnected_before_it_costs_much()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);
        const string Topic = "v1/devices/pump-7/config/reported";
        await client.SendAsync(client.Subscribe(1, (Topic, 1)));
        Assert.Equal([0x90, 3, 0, 1, 1], await client.ReadPacketAsync());

        var deliveries = 0;
        var isOpen = true;
        for (ushort id = 1; isOpen && id < 2000; id++)
        {
            await client.SendAsync(client.Publish(id, "{}", topic: Topic));
            for (var answers = 0; isOpen && answers < 2; answers++) // PUBACK and its own message, in either order
            {
                var packet = await client.ReadPacketAsync();
                isOpen = packet.Length > 0;
                if (isOpen && packet[0] >> 4 == 3) deliveries++;
            }
        }

        Assert.Equal(1000, deliveries);
        Assert.Single(gateway.Log.Containing("NotAcknowledging"));
    }
}
