using Iot.Gateway.Mqtt.Quotas;
using MQTTnet.Packets;

namespace Iot.Gateway.Mqtt;

/// <summary>What follows from a client's CONNECT, for as long as its connection.</summary>
internal sealed class ClientSession
{
    private readonly ConnectionServices _services;
    private readonly string? _assignedId;
    private readonly ushort? _serverKeepAlive;

    /// <summary>Makes <paramref name="connect"/> what this endpoint supports, before MQTTnet believes it.</summary>
    public ClientSession(
        MqttConnectPacket connect, bool isVersion5, Place place, PacketWriter writer, ConnectionServices services, Action<Ending, Exception?> end)
    {
        (Connect, IsVersion5, Place, _services) = (connect, isVersion5, place, services);

        if (string.IsNullOrEmpty(connect.ClientId)) // MQTTnet refuses it, and assigns none to 3.1.1
            connect.ClientId = _assignedId = $"auto-{Guid.CreateVersion7(services.Clock.GetUtcNow()):N}";

        var maxKeepAlive = (ushort)services.Options.MaxKeepAlive.TotalSeconds;
        if (isVersion5 && (connect.KeepAlivePeriod == 0 || connect.KeepAlivePeriod > maxKeepAlive))
            connect.KeepAlivePeriod = (_serverKeepAlive = maxKeepAlive).Value;

        connect.CleanSession = true; // sessions end with their connection
        connect.SessionExpiryInterval = 0;

        Binding = new(services.Presence, services.Identity, place, connect.ClientId);
        Window = new(writer, services.Metrics, services.Options.MaxInFlightPerConnection, isVersion5, end, isVersion5 && connect.RequestProblemInformation ? services.Clock : null);
        Intake = new(Window, Binding, place, services.Ingest, services.Announce, services.Refusals, services.Clock, connect.ClientId, isVersion5);
    }

    public MqttConnectPacket Connect { get; }

    public string Id => Connect.ClientId;

    public bool IsVersion5 { get; }

    public Place Place { get; }

    public DeviceBinding Binding { get; }

    public PublishWindow Window { get; }

    public PublishIntake Intake { get; }

    /// <summary>How many filters it has subscribed to.</summary>
    public int Subscriptions { get; set; }

    /// <summary>CONNACK for an MQTT 5 client that is let in.</summary>
    public byte[] Welcome() =>
        ConnectAnswer.Encode(_services.Options.MaxInFlightPerConnection, _services.MaxPacketBytes, _assignedId, _serverKeepAlive);

    /// <summary>Larger than the client takes.</summary>
    public bool IsTooLarge(MqttPublishPacket packet) =>
        Connect.MaximumPacketSize > 0 && packet.Payload.Length + (4 * packet.Topic.Length) + 16 > Connect.MaximumPacketSize;

    /// <summary>Ends a QoS 2 exchange; the answer is PUBCOMP, in which MQTT 5 says when the id was not in use.</summary>
    public byte[] Complete(ushort id)
    {
        var known = Window.Release(id);
        return known || !IsVersion5
            ? [0x70, 2, (byte)(id >> 8), (byte)id]
            : [0x70, 3, (byte)(id >> 8), (byte)id, MqttReason.PacketIdNotFound];
    }
}
