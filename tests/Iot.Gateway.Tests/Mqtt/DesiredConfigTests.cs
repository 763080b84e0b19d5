using System.Text;
using System.Threading.Channels;
using Iot.Gateway.Devices;
using Iot.Testing;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Protocol;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>What the gateway desires of a device, on its topic.</summary>
public sealed class DesiredConfigTests
{
    private static readonly DeviceId Pump = DeviceId.Parse("pump-7");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_gets_what_is_desired_when_it_subscribes_and_each_change_after_it()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        await gateway.Get<DeviceConfigs>().SetAsync(Pump, """{"Batching":{"MaxReadings":1}}""");
        using var client = await ConnectAsync(gateway, "pump-7");
        var arrived = Arriving(client);

        await client.SubscribeAsync(Topics.ConfigDesired(Pump), MqttQualityOfServiceLevel.AtLeastOnce, Stop);
        Assert.Equal("""{"version":1,"settings":{"Batching":{"MaxReadings":1}}}""", await arrived.ReadAsync(Stop));

        await gateway.Get<DeviceConfigs>().SetAsync(Pump, "{}");
        Assert.Equal("""{"version":2,"settings":{}}""", await arrived.ReadAsync(Stop));
    }

    [Fact]
    public async Task What_a_device_reports_is_kept()
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        await gateway.Get<DeviceConfigs>().SetAsync(Pump, "{}");
        using var client = await ConnectAsync(gateway, "pump-7");

        await client.PublishAsync(
            new() { Topic = Topics.ConfigReported(Pump), PayloadSegment = """{"version":1}"""u8.ToArray(), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, Retain = true }, Stop);

        await Eventually.TrueAsync(() => gateway.Get<DeviceConfigs>().Find(Pump)!.Reported is """{"version":1}""", "the report is kept");
    }

    private static async Task<IMqttClient> ConnectAsync(MqttTestGateway gateway, string id)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", gateway.Port).WithClientId(id).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).Build(), Stop);
        return client;
    }

    private static ChannelReader<string> Arriving(IMqttClient client)
    {
        var arrived = Channel.CreateUnbounded<string>();
        client.ApplicationMessageReceivedAsync += message =>
        {
            arrived.Writer.TryWrite(Encoding.UTF8.GetString(message.ApplicationMessage.Payload));
            return Task.CompletedTask;
        };
        return arrived.Reader;
    }
}
