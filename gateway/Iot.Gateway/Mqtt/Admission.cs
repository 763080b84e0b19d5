using Iot.Gateway.Devices;
using Iot.Wire;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Iot.Gateway.Mqtt;

/// <summary>Who may connect, and as which device.</summary>
internal sealed class Admission(Credentials credentials, LiveConnections live, DeviceIdentity identity, RefusalReport refusals)
{
    /// <summary>Longest client id, in characters: it stands in logs and in the list of devices.</summary>
    public const int MaxClientIdLength = 256;

    public async Task ValidateAsync(ValidatingConnectionEventArgs e)
    {
        var client = (ClientConnection)e.ChannelAdapter;
        var connect = client.Session!.Connect;
        e.SessionItems[typeof(ClientConnection)] = client;

        if (await WhyRefusedAsync(connect, client) is var (refusal, code, remedy))
        {
            refusals.NotAdmitted(NameOf(connect), client.RemoteEndPoint, refusal, remedy);
            e.ReasonCode = code;
        }
    }

    private async ValueTask<(MqttRefusal Refusal, MqttConnectReasonCode Code, string Remedy)?> WhyRefusedAsync(MqttConnectPacket connect, ClientConnection client)
    {
        var session = client.Session!;
        if (string.IsNullOrEmpty(connect.ClientId) || connect.ClientId.Length > MaxClientIdLength)
            return (MqttRefusal.BadClientId, MqttConnectReasonCode.ClientIdentifierNotValid, "Give it a client id of 1 to 256 characters.");

        if (connect.AuthenticationMethod is not null)
            return (MqttRefusal.UnknownCredentials, MqttConnectReasonCode.BadAuthenticationMethod, "It wants extended authentication: connect without.");

        var (why, proof) = await credentials.JudgeAsync(connect, client, client.Closed);
        if (why is { } refusal) return Admissions.Answer(refusal, session.IsVersion5);

        client.Proof = proof;
        if (IsNameOfAnother(connect.ClientId, proof)) return Admissions.Answer(MqttRefusal.ClientIdTaken, session.IsVersion5);
        if (proof is { } proved && session.Binding.WhyNotProved(proved.Device) is { } limit) return Admissions.Answer(limit, session.IsVersion5);
        if (connect.WillFlag && WhyNoWill(connect, session) is { } foreign) return Admissions.Answer(foreign, session.IsVersion5);
        if (session.Place.WhyNotAdmitted() is { } full) return Admissions.Answer(full, session.IsVersion5);
        if (!live.TryEnter(client, out var displaced)) return Admissions.Answer(MqttRefusal.ClientIdTaken, session.IsVersion5);
        if (session.Binding.Device is not { } device || LiveConnections.Holds(client, device, identity)) return null;

        // Shut out since its credentials were judged: who does that looks among those that have entered. The one before it is there no longer, and is not taken over either.
        displaced?.End(Ending.ShutOut);
        return Admissions.Answer(MqttRefusal.DeviceDisabled, session.IsVersion5);
    }

    private static MqttRefusal? WhyNoWill(MqttConnectPacket connect, ClientSession client)
    {
        if (!Topics.TryParse(connect.WillTopic, out var device, out var kind)
            || kind != TopicKind.Status
            || StatusRules.WhyRefused(kind, connect.WillMessage) is not null)
        {
            return MqttRefusal.ForeignWill;
        }

        return client.Binding.WhyNotFor(device) is { } why and not MqttRefusal.ForeignTopic ? why : client.Binding.Device == device ? null : MqttRefusal.ForeignWill;
    }

    /// <summary>The id of a device that can prove itself is kept for it: nobody else holds it and so keeps the device out.</summary>
    private bool IsNameOfAnother(string client, DeviceProof? proof) =>
        DeviceId.TryParse(client, out var named) && identity.NeedsProof(named) && proof?.Device != named;

    private static string NameOf(MqttConnectPacket connect) =>
        connect.ClientId is { Length: > MaxClientIdLength } longId ? longId[..MaxClientIdLength] : connect.ClientId ?? "";
}
