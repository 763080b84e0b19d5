using Iot.Gateway.Audit;
using Iot.Gateway.Tests.Mqtt;

namespace Iot.Gateway.Tests.Audit;

/// <summary>What clients try and may not is in the log, with who, from where, on what and why.</summary>
public sealed class AuditedMqttTests
{
    [Fact]
    public async Task A_client_that_is_not_let_in()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:AllowAnonymous", "false"));
        using var client = await RawClient.OpenAsync(gateway.Port);
        await client.SendAsync(client.Connect("stranger"));
        await client.ReadPacketAsync();

        Expect(Assert.Single(await gateway.AuditAsync()), "mqtt.connect.refused", "stranger", null, "refused", "anonymous");
    }

    [Fact]
    public async Task A_client_that_breaks_the_protocol()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var early = await RawClient.OpenAsync(gateway.Port);
        await early.SendAsync(early.Publish(1));
        Assert.Empty(await early.ReadPacketAsync());
        using var client = await RawClient.ConnectAsync(gateway.Port);
        await client.SendAsync(client.Connect("raw"));
        await client.ReadPacketAsync();

        var entries = await gateway.AuditAsync();
        Expect(entries[0], "mqtt.connect.refused", "(no CONNECT)", null, "refused", "not_connect_first");
        Expect(entries[1], "mqtt.protocol.refused", "raw", null, "refused", "second_connect");
    }

    [Fact]
    public async Task A_publish_to_another_device_and_a_filter_that_is_not_its_own()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);
        await client.SendAsync(client.Publish(1));
        await client.ReadPacketAsync();
        await client.SendAsync(client.Publish(2, topic: "v1/devices/other/telemetry"));
        await client.ReadPacketAsync();
        await client.SendAsync(client.Subscribe(3, ("#", 0)));
        await client.ReadPacketAsync();

        var entries = await gateway.AuditAsync();
        Expect(entries[0], "mqtt.publish.refused", "raw", "v1/devices/other/telemetry", "refused", "foreign_topic");
        Expect(entries[1], "mqtt.subscribe.refused", "raw", "#", "refused", "subscription");
    }

    [Fact]
    public async Task A_client_id_that_is_taken_over()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var first = await RawClient.ConnectAsync(gateway.Port);
        using var second = await RawClient.ConnectAsync(gateway.Port);
        await first.ReadPacketAsync(); // DISCONNECT
        await second.SendAsync(second.Publish(1));
        await second.ReadPacketAsync();

        var entry = Assert.Single(await gateway.AuditAsync());
        Assert.Equal(("mqtt.takeover", "raw"), (entry.Act, entry.Who));
        Assert.StartsWith("127.0.0.1:", entry.From, StringComparison.Ordinal);
    }

    private static void Expect(AuditEntry entry, string act, string who, string? on, string result, string detail)
    {
        Assert.Equal((act, who, on, result, detail), (entry.Act, entry.Who, entry.On, entry.Result, entry.Detail));
        Assert.StartsWith("127.0.0.1:", entry.From, StringComparison.Ordinal);
    }
}
