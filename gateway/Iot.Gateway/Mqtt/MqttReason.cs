namespace Iot.Gateway.Mqtt;

/// <summary>MQTT 5 reason codes as they go over the wire.</summary>
internal static class MqttReason
{
    public const byte Success = 0x00;
    public const byte UnspecifiedError = 0x80;
    public const byte Malformed = 0x81;
    public const byte ProtocolError = 0x82;
    public const byte NotAuthorized = 0x87;
    public const byte ServerBusy = 0x89;
    public const byte ServerShuttingDown = 0x8B;
    public const byte TopicNameInvalid = 0x90;
    public const byte PacketIdNotFound = 0x92;
    public const byte ReceiveMaximumExceeded = 0x93;
    public const byte TopicAliasInvalid = 0x94;
    public const byte PacketTooLarge = 0x95;
    public const byte QuotaExceeded = 0x97;
    public const byte AdministrativeAction = 0x98;
    public const byte PayloadFormatInvalid = 0x99;
    public const byte ConnectionRateExceeded = 0x9F;

    /// <summary>What the client is told: in DISCONNECT when its connection ends, in PUBACK when one message is refused.</summary>
    public static byte For(MqttRefusal refusal) => refusal switch
    {
        MqttRefusal.NotConnectFirst or MqttRefusal.SecondConnect or MqttRefusal.UnknownPacket => ProtocolError,
        MqttRefusal.ReservedFlags or MqttRefusal.Malformed => Malformed,
        MqttRefusal.TooLarge => PacketTooLarge,
        MqttRefusal.ReceiveMaximum => ReceiveMaximumExceeded,
        MqttRefusal.TopicAlias => TopicAliasInvalid,
        MqttRefusal.NotAcknowledging or MqttRefusal.TooManyUnfinished or MqttRefusal.TooManyNameless => QuotaExceeded,
        MqttRefusal.TooManyOfAddress or MqttRefusal.TooManyOfDevice => QuotaExceeded,
        MqttRefusal.ConnectRateOfAddress or MqttRefusal.ConnectRateOfDevice or MqttRefusal.TooManyAttempts => ConnectionRateExceeded,
        MqttRefusal.ShutOut => AdministrativeAction,
        MqttRefusal.TooManyConnections or MqttRefusal.TooManyWaiting => ServerBusy,
        MqttRefusal.UnknownTopic => TopicNameInvalid,
        MqttRefusal.BadStatus => PayloadFormatInvalid,
        MqttRefusal.ForeignTopic or MqttRefusal.NeedsProof or MqttRefusal.Subscription => NotAuthorized,
        _ => UnspecifiedError,
    };
}
