using Iot.Gateway.Devices;
using Iot.Wire;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Keeps on each device's <c>config/desired</c> what is desired: told when it changes, and to who subscribes later. Only the device itself may.</summary>
internal sealed class DesiredConfigs(DeviceConfigs configs)
{
    private const string Gateway = "gateway";

    /// <summary>Retained messages live in memory: after a start all of them are told anew, before a device can connect.</summary>
    public async Task StartAsync(MqttServer server)
    {
        configs.Telling = (device, payload) => TellAsync(server, device, payload);
        foreach (var config in configs.Desired()) await TellAsync(server, config.Device, config.ToMessage());
    }

    public void Stop() => configs.Telling = null;

    /// <summary>Notes what a device said on its <c>config/reported</c>.</summary>
    public void Remember(DeviceId device, MqttApplicationMessage message) => configs.Told(device, message.Payload.FirstSpan);

    private static Task TellAsync(MqttServer server, DeviceId device, byte[]? payload) =>
        server.InjectApplicationMessage(new InjectedMqttApplicationMessage(new()
        {
            Topic = Topics.ConfigDesired(device),
            PayloadSegment = payload ?? [], // empty: not retained any more
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = true,
        }) { SenderClientId = Gateway });
}
