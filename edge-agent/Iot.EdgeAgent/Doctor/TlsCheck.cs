using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Iot.EdgeAgent.Enrollment;
using Iot.EdgeAgent.Publishing;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether it is the gateway that answers: its certificate's chain, name and dates, judged as the agent judges them.</summary>
internal static class TlsCheck
{
    private const string Check = "tls";
    private static readonly TimeSpan Soon = TimeSpan.FromDays(3);

    public static async Task<Finding> RunAsync(Installation installation, IPEndPoint endPoint, Limit limit)
    {
        TlsStreams? tls = null;
        try
        {
            tls = TlsStreams.For(installation.Options.Gateway, installation.Identity, () => installation.Clock.GetUtcNow())!;
            await using var stream = (SslStream)await tls.ConnectAsync(endPoint, limit.Next());
            return Examine(stream, installation.Clock.GetUtcNow());
        }
        catch (Exception e) when (e is GatewayException or AuthenticationException)
        {
            return Finding.Fail(Check, e.GetBaseException() is AuthenticationException && e is GatewayException ? e.Message : Innermost(e), WhatToDo(tls?.Distrust ?? Distrust.None, installation));
        }
        catch (OperationCanceledException)
        {
            return Finding.Fail(Check, $"no handshake within {Amounts.Duration(limit.Longest)}", "Does this port speak TLS? mqtts:// goes to 8883, mqtt:// to 1883.");
        }
        catch (IOException e)
        {
            return Finding.Fail(Check, Innermost(e), "Does this port speak TLS (mqtts:// goes to 8883), and can Gateway:CaFile be read? A gateway also hangs up when too many connect at once: try again.");
        }
    }

    private static Finding Examine(SslStream stream, DateTimeOffset now)
    {
        using var server = new X509Certificate2(stream.RemoteCertificate!);
        var until = new DateTimeOffset(server.NotAfter.ToUniversalTime());
        var found = string.Create(CultureInfo.InvariantCulture, $"{stream.SslProtocol}, the gateway's certificate is trusted and good until {until:u}");
        return until - now < Soon
            ? Finding.Warn(Check, found, "Ask the gateway's operator: its certificate should have been renewed (iot-gateway check).")
            : Finding.Ok(Check, found);
    }

    private static string WhatToDo(Distrust distrust, Installation installation) => distrust switch
    {
        Distrust.OtherHost => "Write one of those names in Gateway:Url, or have the gateway's operator add this one to Tls:Names.",
        Distrust.OtherTime => "Set this machine's clock: sudo timedatectl set-ntp true. If it is right, the gateway's certificate is over: ask its operator.",
        _ when installation.Identity is { } identity && installation.Options.Gateway.CaFile is null =>
            $"It is another gateway, or somebody stands between. If the gateway was set up anew: iot-gateway devices token {identity.Device} there, and iot-edge-agent enroll - <<< TOKEN here.",
        _ => "Tell the agent whom to trust: Gateway:CaFile with the root that 'iot-gateway ca show' prints; or enroll it, which brings the root along.",
    };

    private static string Innermost(Exception e) => e.GetBaseException().Message.TrimEnd('.');
}
