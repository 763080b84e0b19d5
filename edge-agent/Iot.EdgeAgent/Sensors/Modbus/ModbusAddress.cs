using System.Globalization;

namespace Iot.EdgeAgent.Sensors.Modbus;

internal enum ModbusTransport
{
    Tcp,
    Rtu,
    RtuOverTcp,
}

/// <summary>Where slaves are reached.</summary>
/// <param name="Place">A host, or the path of a serial port.</param>
/// <param name="Port">0 for a serial port.</param>
internal sealed record ModbusAddress(ModbusTransport Transport, string Place, int Port)
{
    public const string Allowed = "must be tcp://HOST or tcp://HOST:PORT, rtu:///dev/PORT, or rtu+tcp://HOST:PORT";

    private const int UsualPort = 502;

    public static ModbusAddress? TryParse(string? text)
    {
        var end = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (end < 0) return null;

        var rest = text![(end + 3)..];
        return text[..end] switch
        {
            "tcp" => Host(ModbusTransport.Tcp, rest),
            "rtu+tcp" => Host(ModbusTransport.RtuOverTcp, rest),
            "rtu" => rest.Length > 1 && rest.StartsWith('/') ? new(ModbusTransport.Rtu, rest, 0) : null,
            _ => null,
        };
    }

    public override string ToString() => Transport == ModbusTransport.Rtu ? Place : string.Create(CultureInfo.InvariantCulture, $"{Place}:{Port}");

    /// <summary>An IPv6 address stands in brackets when a port follows.</summary>
    private static ModbusAddress? Host(ModbusTransport transport, string text)
    {
        var rest = text.TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        if (colon < rest.LastIndexOf(']')) colon = -1;
        var port = UsualPort;
        if (colon >= 0 && !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) return null;

        var host = (colon < 0 ? rest : rest[..colon]).Trim('[', ']');
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && port is > 0 and <= ushort.MaxValue ? new(transport, host, port) : null;
    }
}
