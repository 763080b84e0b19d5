using Iot.Gateway.Mqtt;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class PublishAnswerTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_publish_is_acknowledged_after_ingest_and_not_before(byte version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port, version);

        await client.SendAsync(client.Publish(7, "[1]"));
        var taken = await gateway.Ingest.NextAsync();
        Assert.True(await client.IsSilentAsync());

        taken.Outcome.SetResult(IngestResult.Stored);

        Assert.Equal([0x40, 2, 0, 7], await client.ReadPacketAsync());
        Assert.Equal("pump-7", taken.Message.Device.Value);
        Assert.Equal(PayloadFormat.SenMl, taken.Message.Format);
        Assert.Equal("[1]", taken.Text);
    }

    [Fact]
    public async Task Twenty_in_flight_are_acknowledged_in_order_whatever_order_they_complete_in()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync([.. Enumerable.Range(1, 20).Select(id => client.Publish((ushort)id, $"[{id}]"))]);
        var taken = new List<TakenMessage>();
        for (var i = 0; i < 20; i++) taken.Add(await gateway.Ingest.NextAsync());

        Assert.Equal(Enumerable.Range(1, 20).Select(id => $"[{id}]"), taken.Select(message => message.Text));

        foreach (var message in taken[1..].AsEnumerable().Reverse()) message.Outcome.SetResult(IngestResult.Stored);
        Assert.True(await client.IsSilentAsync());

        taken[0].Outcome.SetResult(IngestResult.Stored);
        for (byte id = 1; id <= 20; id++) Assert.Equal([0x40, 2, 0, id], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_payload_over_several_blocks_of_memory_arrives_whole()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);
        var payload = string.Concat(Enumerable.Range(0, 40_000).Select(i => (char)('a' + (i % 26))));

        await client.SendAsync(client.Publish(1, payload), client.Publish(2, payload[1..]));

        Assert.Equal(payload, (await gateway.Ingest.NextAsync()).Text);
        Assert.Equal(payload[1..], (await gateway.Ingest.NextAsync()).Text);
    }

    [Fact]
    public async Task Line_protocol_is_told_by_its_topic()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1, "t v=1", topic: "v1/devices/pump-7/telemetry/line"));

        Assert.Equal(PayloadFormat.LineProtocol, (await gateway.Ingest.NextAsync()).Message.Format);
    }

    [Theory]
    [InlineData("Duplicate", new byte[] { 0x40, 2, 0, 1 })]
    [InlineData("Refused", new byte[] { 0x40, 3, 0, 1, 0x99 })]
    [InlineData("Full", new byte[] { 0x40, 3, 0, 1, 0x97 })]
    public async Task An_MQTT_5_client_is_told_what_became_of_its_message(string result, byte[] answer)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = Enum.Parse<IngestResult>(result);
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1));

        Assert.Equal(answer, await client.ReadPacketAsync());
    }

    [Theory]
    [InlineData("Duplicate")]
    [InlineData("Refused")]
    public async Task A_3_1_1_client_gets_PUBACK_for_what_is_kept(string result)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = Enum.Parse<IngestResult>(result);
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);

        await client.SendAsync(client.Publish(1));

        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_3_1_1_client_of_a_full_gateway_is_disconnected_without_PUBACK_so_that_it_sends_again()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:FullPause", "00:00:02"));
        gateway.Ingest.Answer = IngestResult.Full;
        using var client = await RawClient.ConnectAsync(gateway.Port, version: 4);

        await client.SendAsync(client.Publish(1));
        Assert.True(await client.IsSilentAsync()); // the pause keeps it from coming back at once

        Assert.Empty(await client.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("journal is full"));
    }

    [Fact]
    public async Task A_failed_message_ends_the_connection_without_PUBACK()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1), client.Publish(2));
        var first = await gateway.Ingest.NextAsync();
        (await gateway.Ingest.NextAsync()).Outcome.SetException(new IOException("disk"));
        first.Outcome.SetResult(IngestResult.Stored); // both are answered together

        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
        Assert.Equal([0xE0, 1, 0x80], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
        Assert.Single(gateway.Log.Containing("could not be stored"));
    }

    [Fact]
    public async Task A_QoS_0_publish_is_ingested_and_not_answered()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(0, "[0]", qos: 0), client.Publish(1, "[1]"));

        Assert.Equal("[0]", (await gateway.Ingest.NextAsync()).Text);
        Assert.Equal([0x40, 2, 0, 1], await client.ReadPacketAsync());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_QoS_2_publish_is_ingested_once_however_often_it_is_sent_before_its_release(byte version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = null;
        using var client = await RawClient.ConnectAsync(gateway.Port, version);

        await client.SendAsync(client.Publish(9, "[9]", qos: 2));
        var taken = await gateway.Ingest.NextAsync();
        Assert.True(await client.IsSilentAsync());
        taken.Outcome.SetResult(IngestResult.Stored);
        Assert.Equal([0x50, 2, 0, 9], await client.ReadPacketAsync());

        await client.SendAsync(client.Publish(9, "[9]", qos: 2));
        Assert.Equal([0x50, 2, 0, 9], await client.ReadPacketAsync());
        Assert.Equal(1, gateway.Ingest.Count);

        await client.SendAsync(RawClient.PubRel(9));
        Assert.Equal([0x70, 2, 0, 9], await client.ReadPacketAsync());

        await client.SendAsync(client.Publish(9, "[10]", qos: 2));
        Assert.Equal("[10]", (await gateway.Ingest.NextAsync()).Text);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_QoS_2_publish_sent_again_before_its_append_failed_is_not_acknowledged(byte version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port, version);

        (await SendQos2TwiceAsync(gateway, client)).Outcome.SetException(new IOException("disk"));

        Assert.Equal(version == 5 ? [0xE0, 1, 0x80] : [], await client.ReadPacketAsync());
        Assert.Empty(await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_QoS_2_publish_sent_again_while_the_journal_fills_is_refused_each_time()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        (await SendQos2TwiceAsync(gateway, client)).Outcome.SetResult(IngestResult.Full);

        Assert.Equal([0x50, 3, 0, 9, 0x97], await client.ReadPacketAsync());
        Assert.Equal([0x50, 3, 0, 9, 0x97], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_refused_QoS_2_publish_frees_its_packet_id()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        gateway.Ingest.Answer = IngestResult.Full;
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(9, qos: 2));
        Assert.Equal([0x50, 3, 0, 9, 0x97], await client.ReadPacketAsync());

        await client.SendAsync(client.Publish(9, qos: 2));
        Assert.Equal([0x50, 3, 0, 9, 0x97], await client.ReadPacketAsync());
        Assert.Equal(2, gateway.Ingest.Count);
    }

    [Fact]
    public async Task Releasing_an_id_that_is_not_in_use_is_answered_with_0x92()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(RawClient.PubRel(3));

        Assert.Equal([0x70, 3, 0, 3, 0x92], await client.ReadPacketAsync());
    }

    /// <summary>Returns once both copies are there; the message that follows them tells.</summary>
    private static async Task<TakenMessage> SendQos2TwiceAsync(MqttTestGateway gateway, RawClient client)
    {
        gateway.Ingest.Answer = null;
        await client.SendAsync(client.Publish(9, qos: 2), client.Publish(9, qos: 2), client.Publish(10));
        var first = await gateway.Ingest.NextAsync();
        await gateway.Ingest.NextAsync();
        return first;
    }
}
