using System.Text;
using Iot.Gateway.Devices;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Iot.Gateway.Tests.Mqtt;

public sealed class PresenceTests
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Birth_and_last_will_are_retained_and_remembered(MqttProtocolVersion version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        var changes = new Changes(gateway.Presence);
        using var watcher = new MqttClientFactory().CreateMqttClient();
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.ApplicationMessageReceivedAsync += message =>
        {
            seen.TrySetResult($"{message.ApplicationMessage.Topic} {message.ApplicationMessage.Retain} {message.ApplicationMessage.ConvertPayloadToString()}");
            return Task.CompletedTask;
        };

        var device = await RawClient.OpenAsync(gateway.Port);
        await device.SendAsync(RawClient.Packet(0x10, [
            .. RawClient.Text("MQTT"), 5, 0b0010_0110, 0, 60, 0, .. RawClient.Text("agent-1"), 0,
            .. RawClient.Text(Topics.Status(Pump)), .. RawClient.Text("""{"state":"offline"}""")]));
        Assert.Equal(0, (await device.ReadPacketAsync())[3]);
        Assert.Equal(new(Pump, Online: true, default, Agent: null, "agent-1"), await changes.NextAsync());

        var birth = """{"state":"online","at":"2026-01-01T00:00:00Z","agent":"iot-edge-agent 1.2"}""";
        var publish = device.Publish(1, birth, topic: Topics.Status(Pump));
        publish[0] |= 1; // retain
        await device.SendAsync(publish);
        var taken = await device.ReadPacketAsync();
        Assert.Equal([0, 1, 0], taken[2..5]); // its id, success; behind that the time
        Assert.Equal(0x40, taken[0]);
        Assert.Equal(new(Pump, Online: true, default, "iot-edge-agent 1.2", "agent-1"), await changes.NextAsync());

        await watcher.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", gateway.Port).WithProtocolVersion(version).Build(), TestContext.Current.CancellationToken);
        await watcher.SubscribeAsync("v1/devices/+/status", MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);
        Assert.Equal($"v1/devices/pump-7/status True {birth}", await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        device.Dispose();
        Assert.False((await changes.NextAsync()).Online);
        Assert.Equal(0, gateway.Ingest.Count);
    }

    [Fact]
    public async Task A_device_without_status_is_there_as_long_as_a_connection_of_it_is()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        var changes = new Changes(gateway.Presence);
        using var first = await RawClient.ConnectAsync(gateway.Port, id: "first");
        await first.SendAsync(first.Publish(1));
        Assert.True((await changes.NextAsync()).Online);

        using (var second = await RawClient.ConnectAsync(gateway.Port, id: "second"))
        {
            await second.SendAsync(second.Publish(1));
            Assert.Equal("second", (await changes.NextAsync()).Client);
            Assert.Equal([0x40, 2, 0, 1], await second.ReadPacketAsync());
            await second.SendAsync([0xE0, 0]);
            Assert.Empty(await second.ReadPacketAsync());
        }

        Assert.True(gateway.Presence.Find(Pump)!.Online);

        await first.SendAsync([0xE0, 0]);
        Assert.Equal(new(Pump, Online: false, default, Agent: null, Client: null), await changes.NextAsync());
    }

    [Theory]
    [InlineData("online")]
    [InlineData("""{"state":"asleep"}""")]
    public async Task A_status_that_cannot_be_read_is_refused_and_not_retained(string payload)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);

        await client.SendAsync(client.Publish(1, payload, topic: Topics.Status(Pump)), client.Publish(2, new('[', 5000), topic: Topics.Status(Pump)));

        Assert.Equal([0x40, 3, 0, 1, 0x99], await client.ReadPacketAsync());
        Assert.Equal([0x40, 3, 0, 2, 0x99], await client.ReadPacketAsync());
    }

    [Fact]
    public async Task A_reported_configuration_reaches_who_listens()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = await RawClient.ConnectAsync(gateway.Port);
        await client.SendAsync(client.Subscribe(1, ("v1/devices/pump-7/config/reported", 0)));
        Assert.Equal([0x90, 4, 0, 1, 0, 0], await client.ReadPacketAsync());

        await client.SendAsync(client.Publish(2, """{"version":3}""", topic: Topics.ConfigReported(Pump)));

        var packets = new[] { await client.ReadPacketAsync(), await client.ReadPacketAsync() };
        Assert.Contains(packets, packet => packet[0] == 0x40);
        Assert.Contains(packets, packet => packet[0] == 0x30 && Encoding.UTF8.GetString(packet).EndsWith("""{"version":3}""", StringComparison.Ordinal));
    }

    /// <summary>What the live feed would see, times left out.</summary>
    private sealed class Changes
    {
        private readonly System.Threading.Channels.Channel<PresentDevice> _changes = System.Threading.Channels.Channel.CreateUnbounded<PresentDevice>();

        public Changes(DevicePresence presence) => presence.Changed += device => _changes.Writer.TryWrite(device with { Since = default });

        public async Task<PresentDevice> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            return await _changes.Reader.ReadAsync(patience.Token);
        }
    }
}
