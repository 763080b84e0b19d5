namespace Iot.Gateway.Mqtt;

/// <summary>Why a client, or one of its packets, was turned away. Also a metric tag, so the set stays small and fixed.</summary>
internal enum MqttRefusal : byte
{
    // The connection ends.
    NotConnectFirst,
    SecondConnect,
    UnknownPacket,
    ReservedFlags,
    TooLarge,
    Malformed,
    ConnectTimeout,
    ReceiveMaximum,
    TopicAlias,
    NotAcknowledging,
    TooManyUnfinished,
    TooManyNameless,
    TooManyOfDevice,
    ConnectRateOfDevice,
    ShutOut,

    // CONNECT is answered with a refusal.
    TooManyConnections,
    TooManyOfAddress,
    ConnectRateOfAddress,
    Anonymous,
    UnknownCredentials,
    UnknownCertificate,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    DeviceDisabled,
    TooManyAttempts,
    TooManyWaiting,
    ClientIdTaken,
    BadClientId,
    ForeignWill,

    // One PUBLISH or SUBSCRIBE is refused; a 3.1.1 publisher's connection ends, because it cannot be told.
    ForeignTopic,
    NeedsProof,
    UnknownTopic,
    BadStatus,
    Subscription,
}
