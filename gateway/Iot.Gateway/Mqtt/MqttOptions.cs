using System.ComponentModel.DataAnnotations;
using System.Net;
using Iot.Configuration;

namespace Iot.Gateway.Mqtt;

/// <summary>Where messages come from.</summary>
internal enum MqttMode
{
    /// <summary>Devices connect to the gateway.</summary>
    Embedded,

    /// <summary>The gateway subscribes at somebody else's broker. Not in this version.</summary>
    External,
}

/// <summary>Who may connect over MQTT, where, and how much they may have in flight. Section <c>Mqtt</c>.</summary>
/// <remarks>
/// Sessions end with their connection: a device's state is its outbox and the retained <c>config/desired</c>, so nothing is
/// queued for the absent. MQTT 5 clients that ask for more are told so (Session Expiry Interval 0).
/// </remarks>
internal sealed record MqttOptions : IValidatableObject
{
    public const string Section = "Mqtt";

    private const string Loopback = "127.0.0.1";
    private const string Everywhere = "::"; // IPv4, too

    /// <summary>Default <see cref="MqttMode.Embedded"/>, the only one of this version.</summary>
    public MqttMode Mode { get; init; } = MqttMode.Embedded;

    /// <summary>TCP port without TLS; 0 switches it off. 0–65535; default 1883.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>TCP port with TLS, where devices show the certificate they enrolled for; 0 switches it off. 0–65535; default 8883.</summary>
    [Range(0, 65535)]
    public int TlsPort { get; init; } = 8883;

    /// <summary>Address to listen on. Default: every address with TLS, <c>127.0.0.1</c> without unless <c>Mqtt:AllowPlaintext</c>; with <c>Mqtt:AllowAnonymous</c> always <c>127.0.0.1</c>.</summary>
    public string? BindAddress { get; init; }

    /// <summary>Where devices reach the port with TLS, <c>mqtts://host:port</c>; they are told when they enroll. Default: the host of <c>Ca:EnrollUrl</c> and <c>Mqtt:TlsPort</c>.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Lets plain MQTT listen beyond loopback, where anybody on the way can read and forge it. Default false.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>Lets clients in without credentials; each may then speak for one device, the first it names. Default false.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Longest time from connecting to the last byte of CONNECT; a TLS handshake has as long for itself. 100 ms–1 min; default 5 s.</summary>
    [Duration("00:00:00.100", "00:01:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest keep alive of an MQTT 5 client; longer or none is lowered to it, and the client told. 10 s–18 h; default 5 min.</summary>
    [Duration("00:00:10", "18:00:00")]
    public TimeSpan MaxKeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most publishes of one connection without an answer; MQTT 5 calls it Receive Maximum. 1–1024; default 64.</summary>
    /// <remarks>Beyond it, reading stops (3.1.1, QoS 0) or the connection ends with 0x93 (MQTT 5).</remarks>
    [Range(1, 1024)]
    public int MaxInFlightPerConnection { get; init; } = 64;

    /// <summary>How long a 3.1.1 client is kept waiting before its connection ends because the journal is full. 0–1 min; default 5 s.</summary>
    /// <remarks>It cannot be told 0x97, and it sends again only after reconnecting.</remarks>
    [Duration("00:00:00", "00:01:00")]
    public TimeSpan FullPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>At shutdown, how long what was taken may need to get to disk and be acknowledged. 100 ms–30 s; default 8 s.</summary>
    [Duration("00:00:00.100", "00:00:30")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>When a connection that is to end is cut off, because its client does not read what it is sent.</summary>
    public TimeSpan CutOff => TimeSpan.FromSeconds(1) + (FullPause > DrainTimeout ? FullPause : DrainTimeout);

    /// <summary>Where the port without TLS listens.</summary>
    public string PlainAddress => BindAddress ?? (AllowPlaintext && !AllowAnonymous ? Everywhere : Loopback);

    /// <summary>Where the port with TLS listens.</summary>
    public string TlsAddress => BindAddress ?? (AllowAnonymous ? Loopback : Everywhere);

    /// <summary>What was switched on by name and is no good idea everywhere; one sentence each, for log, health and dashboard.</summary>
    public IEnumerable<string> Risks()
    {
        var isPlainOpen = Port != 0 && !IsLoopback(PlainAddress);
        if (isPlainOpen)
            yield return $"{Section}:AllowPlaintext=true: MQTT without TLS listens on {PlainAddress}:{Port}; whoever is on the way can read and forge readings and passwords. They are stored as they arrive.";
        if (AllowAnonymous && (isPlainOpen || (TlsPort != 0 && !IsLoopback(TlsAddress))))
            yield return $"{Section}:AllowAnonymous=true beyond loopback ({BindAddress}): whoever reaches the port can send readings in the name of any device that has no certificate or password; they are stored as that device's.";
    }

    private static bool IsLoopback(string text) => IPAddress.TryParse(text, out var address) && IPAddress.IsLoopback(address);

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Mode == MqttMode.External)
            yield return new($"{Section}:Mode = External: subscribing at another broker is not in this version; use Embedded.");

        if (BindAddress is not null && !IPAddress.TryParse(BindAddress, out _))
        {
            yield return new($"{Section}:BindAddress = {BindAddress}: must be an IP address, such as 127.0.0.1 or 0.0.0.0.");
        }
        else if (Port != 0 && BindAddress is not null && !IsLoopback(BindAddress) && !AllowPlaintext)
        {
            yield return new($"{Section}:BindAddress = {BindAddress}: plain MQTT listens on loopback only; set {Section}:Port=0 " +
                             $"and use TLS, or set {Section}:AllowPlaintext=true if the network is trusted.");
        }

        if (PublicUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not "mqtts" || url.Port <= 0))
            yield return new($"{Section}:PublicUrl = {url}: must be mqtts://host:port.");

        if (Port != 0 && Port == TlsPort)
            yield return new($"{Section}:Port and {Section}:TlsPort are both {Port}; they must differ.");
    }
}
