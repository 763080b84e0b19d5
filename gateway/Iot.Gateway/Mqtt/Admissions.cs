using MQTTnet.Protocol;

namespace Iot.Gateway.Mqtt;

/// <summary>How a client that is not let in is told, and what its people can do.</summary>
internal static class Admissions
{
    /// <param name="isVersion5">3.1.1 knows three codes for all of it: credentials, authorisation, not now.</param>
    public static (MqttRefusal Refusal, MqttConnectReasonCode Code, string Remedy) Answer(MqttRefusal why, bool isVersion5) => why switch
    {
        MqttRefusal.Anonymous => (why, MqttConnectReasonCode.NotAuthorized,
            "It brings no credentials: enroll the device (iot-gateway devices add), or set Mqtt:AllowAnonymous=true if whoever reaches the port may send readings."),
        MqttRefusal.UnknownCredentials => (why, MqttConnectReasonCode.BadUserNameOrPassword,
            "Its user name must be the device's id, its password the one that 'iot-gateway devices password ID' printed."),
        MqttRefusal.UnknownCertificate => (why, MqttConnectReasonCode.NotAuthorized, "Its certificate was not given by this gateway, or its device was removed: iot-gateway devices token ID, then enroll it again."),
        MqttRefusal.CertificateExpired => (why, MqttConnectReasonCode.NotAuthorized,
            "Its certificate has expired: the edge agent renews it by itself as long as Ca:RenewExpiredFor allows; otherwise: iot-gateway devices token ID, then enroll it again."),
        MqttRefusal.CertificateNotYetValid => (why, MqttConnectReasonCode.NotAuthorized, "Its certificate is not valid yet: check this machine's clock."),
        MqttRefusal.CertificateRevoked => (why, MqttConnectReasonCode.NotAuthorized, "The device was enrolled again since, with another key."),
        MqttRefusal.DeviceDisabled => (why, MqttConnectReasonCode.NotAuthorized, "An operator has shut the device out: iot-gateway devices enable ID."),
        MqttRefusal.ClientIdTaken => (why, MqttConnectReasonCode.NotAuthorized, "Its client id is another device's, or in use by one: give it one of its own, best the device's id."),
        MqttRefusal.ForeignWill => (why, MqttConnectReasonCode.NotAuthorized, "Its last will must be the status message of its device, v1/devices/{device}/status."),
        MqttRefusal.NeedsProof => (why, MqttConnectReasonCode.NotAuthorized, "The device that its last will names has a certificate or a password: connect with it."),
        MqttRefusal.TooManyAttempts => (why, Now(why, isVersion5), "Too many wrong passwords for this device came from its network: wait a minute."),
        MqttRefusal.TooManyWaiting => (why, Now(why, isVersion5), "Its password was not looked at, since others wait for that: it may try again later; Limits:UnfinishedConnections says how many there may be."),
        _ => (why, Now(why, isVersion5), $"It may try again later; {Setting(why)} says how many there may be."),
    };

    private static MqttConnectReasonCode Now(MqttRefusal why, bool isVersion5) =>
        isVersion5 ? (MqttConnectReasonCode)MqttReason.For(why) : MqttConnectReasonCode.ServerUnavailable;

    private static string Setting(MqttRefusal why) => $"{LimitsOptions.Section}:" + why switch
    {
        MqttRefusal.TooManyOfAddress => nameof(LimitsOptions.ConnectionsPerAddress),
        MqttRefusal.ConnectRateOfAddress => nameof(LimitsOptions.ConnectsPerSecondPerAddress),
        MqttRefusal.TooManyOfDevice => nameof(LimitsOptions.ConnectionsPerDevice),
        MqttRefusal.ConnectRateOfDevice => nameof(LimitsOptions.ConnectsPerSecondPerDevice),
        _ => nameof(LimitsOptions.Connections),
    };
}
