namespace Iot.Gateway.Devices;

/// <summary>Where devices reach this gateway; they are told when they enroll.</summary>
/// <param name="Enroll">Pages and API.</param>
/// <param name="Mqtt">MQTT with TLS; null when that is switched off.</param>
internal sealed record PublicAddresses(Uri Enroll, Uri? Mqtt)
{
    /// <param name="api">Where pages and API listen.</param>
    /// <param name="enroll">Where they are reached, when that is another place.</param>
    /// <param name="mqtt">Where MQTT is reached, when that is another place.</param>
    /// <param name="tlsPort">Zero: off.</param>
    public static PublicAddresses Of(Uri api, Uri? enroll, Uri? mqtt, int tlsPort)
    {
        var reached = enroll ?? Named(api);
        return new(reached, mqtt ?? (tlsPort == 0 ? null : new UriBuilder("mqtts", reached.Host, tlsPort).Uri));
    }

    /// <summary>A server that listens on every address is reached by this machine's name.</summary>
    private static Uri Named(Uri url) => url.Host is "0.0.0.0" or "[::]" or "*" or "+" ? new UriBuilder(url) { Host = Environment.MachineName }.Uri : url;
}
