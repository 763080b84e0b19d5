using System.Diagnostics.CodeAnalysis;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Host and port of a gateway, with TLS or without.</summary>
internal sealed record GatewayAddress(string Host, int Port, bool Tls)
{
    /// <summary>False for anything but <c>mqtt://HOST[:PORT]</c> (1883) and <c>mqtts://HOST[:PORT]</c> (8883).</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GatewayAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("mqtt" or "mqtts")) return false;
        if (url.Host.Length == 0 || url.PathAndQuery is not ("" or "/") || url.UserInfo.Length > 0) return false;

        var tls = url.Scheme is "mqtts";
        address = new(url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : tls ? 8883 : 1883, tls);
        return true;
    }

    public override string ToString() => $"{(Tls ? "mqtts" : "mqtt")}://{Host}:{Port}";
}
