using System.Net;
using System.Runtime.InteropServices;
using Iot.Gateway.Devices;
using Iot.Wire;
using MQTTnet.Packets;

namespace Iot.Gateway.Mqtt;

/// <summary>Who a client is, by what it shows: a certificate, else a user name and a password, else nothing.</summary>
/// <remarks>A certificate settles it: whatever user name comes with it is passed over.</remarks>
internal sealed class Credentials(MqttOptions options, DeviceIdentity identity, DevicePasswords passwords)
{
    /// <summary>A proof, or nothing for an anonymous client that is let in; else why not.</summary>
    public async ValueTask<Shown> JudgeAsync(MqttConnectPacket connect, ClientConnection client, CancellationToken cancellation)
    {
        if (client.Certificate is { } certificate)
        {
            var (device, refusal) = identity.Identify(certificate);
            return refusal == IdentityRefusal.None ? new(null, new DeviceProof(device, certificate, Password: null)) : new(RefusalOf(refusal), null);
        }

        if (!string.IsNullOrEmpty(connect.Username) || connect.Password is { Length: > 0 }) return await JudgePasswordAsync(connect, client, cancellation);

        return options.AllowAnonymous ? default : new(MqttRefusal.Anonymous, null);
    }

    private async ValueTask<Shown> JudgePasswordAsync(MqttConnectPacket connect, ClientConnection client, CancellationToken cancellation)
    {
        if (!DeviceId.TryParse(connect.Username, out var device)) return new(MqttRefusal.UnknownCredentials, null);

        var from = (client.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        client.Session!.Place.AwaitTurn();
        var (answer, proof) = await passwords.JudgeAsync(device, connect.Password, from, cancellation);
        return answer switch
        {
            PasswordAnswer.Right => new(null, proof),
            PasswordAnswer.Disabled => new(MqttRefusal.DeviceDisabled, null),
            PasswordAnswer.TooManyAttempts => new(MqttRefusal.TooManyAttempts, null),
            PasswordAnswer.TooManyWaiting => new(MqttRefusal.TooManyWaiting, null),
            _ => new(MqttRefusal.UnknownCredentials, null),
        };
    }

    private static MqttRefusal RefusalOf(IdentityRefusal refusal) => refusal switch
    {
        IdentityRefusal.Expired => MqttRefusal.CertificateExpired,
        IdentityRefusal.NotYetValid => MqttRefusal.CertificateNotYetValid,
        IdentityRefusal.Revoked => MqttRefusal.CertificateRevoked,
        IdentityRefusal.Disabled => MqttRefusal.DeviceDisabled,
        _ => MqttRefusal.UnknownCertificate,
    };

    /// <param name="Refusal">Null: let in.</param>
    /// <param name="Proof">Null: anonymous.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Shown(MqttRefusal? Refusal, DeviceProof? Proof);
}
