using Iot.Wire;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Who may connect. Without credentials nobody, unless <c>Mqtt:AllowAnonymous</c> says so.</summary>
internal sealed class Admission(MqttOptions options, RefusalReport refusals)
{
    /// <summary>Longest client id, in characters: it stands in logs and in the list of devices.</summary>
    public const int MaxClientIdLength = 256;

    public Task ValidateAsync(ValidatingConnectionEventArgs e)
    {
        var client = (ClientConnection)e.ChannelAdapter;
        var connect = client.Session!.Connect;
        e.SessionItems[typeof(ClientConnection)] = client;

        if (WhyRefused(connect, client.Session) is var (refusal, code, remedy))
        {
            refusals.NotAdmitted(NameOf(connect), client.RemoteEndPoint, refusal, remedy);
            e.ReasonCode = code;
        }

        return Task.CompletedTask;
    }

    private (MqttRefusal Refusal, MqttConnectReasonCode Code, string Remedy)? WhyRefused(MqttConnectPacket connect, ClientSession client)
    {
        if (string.IsNullOrEmpty(connect.ClientId) || connect.ClientId.Length > MaxClientIdLength)
            return (MqttRefusal.BadClientId, MqttConnectReasonCode.ClientIdentifierNotValid, "Give it a client id of 1 to 256 characters.");

        if (connect.AuthenticationMethod is not null)
            return (MqttRefusal.UnknownCredentials, MqttConnectReasonCode.BadAuthenticationMethod, "It wants extended authentication: connect without.");

        if (!string.IsNullOrEmpty(connect.Username) || connect.Password is { Length: > 0 })
            return (MqttRefusal.UnknownCredentials, MqttConnectReasonCode.BadUserNameOrPassword, "It brings credentials, but none are configured: connect without.");

        if (!options.AllowAnonymous)
            return (MqttRefusal.Anonymous, MqttConnectReasonCode.NotAuthorized, "It brings no credentials: set Mqtt:AllowAnonymous=true if whoever reaches the port may send readings.");

        if (connect.WillFlag && WhyNoWill(connect, client) is { } why) return Refusal(why, client);

        return client.Place.WhyNotAdmitted() is { } limit ? Refusal(limit, client) : null;
    }

    private static MqttRefusal? WhyNoWill(MqttConnectPacket connect, ClientSession client)
    {
        if (!Topics.TryParse(connect.WillTopic, out var device, out var kind)
            || kind != TopicKind.Status
            || StatusRules.WhyRefused(kind, connect.WillMessage) is not null)
        {
            return MqttRefusal.ForeignWill;
        }

        return client.Binding.WhyNotFor(device);
    }

    /// <summary>3.1.1 knows one code for "not now".</summary>
    private static (MqttRefusal, MqttConnectReasonCode, string) Refusal(MqttRefusal why, ClientSession client)
    {
        if (why == MqttRefusal.ForeignWill)
            return (why, MqttConnectReasonCode.NotAuthorized, "Its last will must be the status message of its device, v1/devices/{device}/status.");

        var code = client.IsVersion5 ? (MqttConnectReasonCode)MqttReason.For(why) : MqttConnectReasonCode.ServerUnavailable;
        return (why, code, $"It may try again later; {Setting(why)} says how many there may be.");
    }

    private static string Setting(MqttRefusal why) => $"{LimitsOptions.Section}:" + why switch
    {
        MqttRefusal.TooManyOfAddress => nameof(LimitsOptions.ConnectionsPerAddress),
        MqttRefusal.ConnectRateOfAddress => nameof(LimitsOptions.ConnectsPerSecondPerAddress),
        MqttRefusal.TooManyOfDevice => nameof(LimitsOptions.ConnectionsPerDevice),
        MqttRefusal.ConnectRateOfDevice => nameof(LimitsOptions.ConnectsPerSecondPerDevice),
        _ => nameof(LimitsOptions.Connections),
    };

    private static string NameOf(MqttConnectPacket connect) =>
        connect.ClientId is { Length: > MaxClientIdLength } longId ? longId[..MaxClientIdLength] : connect.ClientId ?? "";
}
