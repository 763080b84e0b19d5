using System.Globalization;
using Iot.Testing;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Iot.Gateway.Tests.Mqtt;

/// <summary>Clients that others wrote: mosquitto's and MQTTnet's.</summary>
public sealed class RealClientTests
{
    [Theory]
    [InlineData("mqttv311", "0")]
    [InlineData("mqttv311", "1")]
    [InlineData("mqttv311", "2")]
    [InlineData("mqttv5", "0")]
    [InlineData("mqttv5", "1")]
    [InlineData("mqttv5", "2")]
    public async Task Mosquitto_pub_without_an_id_gets_its_message_in(string version, string qos)
    {
        await using var gateway = await MqttTestGateway.StartAsync();

        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.Port, RawClient.Telemetry, "[{\"n\":\"t\",\"v\":1}]", "-V", version, "-q", qos);

        Assert.True(exitCode == 0, output);
        Assert.Equal("[{\"n\":\"t\",\"v\":1}]", (await gateway.Ingest.NextAsync()).Text);
    }

    [Fact]
    public async Task Mosquitto_pub_is_told_why_it_is_not_let_in()
    {
        await using var gateway = await MqttTestGateway.StartAsync(("Mqtt:AllowAnonymous", "false"));

        var (exitCode, output) = await Mosquitto.PublishAsync(gateway.Port, RawClient.Telemetry, "[]", "-V", "mqttv311");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("not authorised", output);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Mosquitto_sub_sees_a_retained_status(string version)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        var (published, output) = await Mosquitto.PublishAsync(gateway.Port, "v1/devices/pump-7/status", """{"state":"online"}""", "-r", "-q", "1", "-V", version);
        Assert.True(published == 0, output);

        await using var subscriber = RealProcess.Start(
            "mosquitto_sub",
            ["-h", "127.0.0.1", "-p", gateway.Port.ToString(CultureInfo.InvariantCulture), "-t", "v1/devices/+/status", "-v", "-C", "1", "-V", version]);

        await subscriber.LineAsync("v1/devices/pump-7/status {\"state\":\"online\"}");
        Assert.Equal(0, await subscriber.ExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task The_MQTTnet_client_pipelines_its_publishes(MqttProtocolVersion version, MqttQualityOfServiceLevel quality)
    {
        await using var gateway = await MqttTestGateway.StartAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", gateway.Port).WithProtocolVersion(version).Build(), TestContext.Current.CancellationToken);

        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.PublishAsync(
            new MqttApplicationMessageBuilder().WithTopic(RawClient.Telemetry).WithPayload($"[{i}]").WithQualityOfServiceLevel(quality).Build(), TestContext.Current.CancellationToken)));

        Assert.All(sent, result => Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode));
        Assert.Equal(20, gateway.Ingest.Count);
        await client.DisconnectAsync(cancellationToken: TestContext.Current.CancellationToken);
    }
}
