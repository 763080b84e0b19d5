using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Publishing;

/// <summary>Where batches are published, and how. Configuration section <c>Gateway</c>.</summary>
internal sealed record GatewayOptions : IValidatableObject
{
    public const string Section = "Gateway";

    /// <summary><c>mqtt://host:1883</c> or <c>mqtts://host:8883</c> (TLS). Default: what the gateway said at enrollment, else <c>mqtt://127.0.0.1:1883</c>.</summary>
    [Required]
    public string Url { get; set; } = "mqtt://127.0.0.1:1883";

    /// <summary><c>V5</c>, or <c>V311</c> for a broker that knows no MQTT 5. Default <c>V5</c>.</summary>
    public MqttVersion Protocol { get; set; } = MqttVersion.V5;

    /// <summary>Default none.</summary>
    public string? Username { get; set; }

    /// <summary>Default none; better in a file.</summary>
    public string? Password { get; set; }

    /// <summary>A file that holds the password, read at each connect; a line end after it is not part of it. Default: the systemd credential <c>gateway.password</c>, if there is one.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>PEM file of the authorities to trust. Default: the roots given at enrollment, else the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>Batches sent and not yet acknowledged, at most. 1–1000; default 16. A smaller limit of the gateway wins.</summary>
    [Range(1, 1000)]
    public int MaxInFlight { get; set; } = 16;

    /// <summary>Longest a connect, or the answer to a probe, may take. 1 s–5 min; default 10 s.</summary>
    [Duration("00:00:01", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which the link is probed; without an answer within ConnectTimeout it counts as dead. 1 s–18 h; default 30 s.</summary>
    [Duration("00:00:01", "18:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest to wait for a PUBACK before connecting anew. 1 s–10 min; default 30 s.</summary>
    [Duration("00:00:01", "00:10:00")]
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Upper bound of the first pause after a failure; it doubles with each. 10 ms–1 min; default 5 s.</summary>
    /// <remarks>Over this time a whole fleet comes back that lost its gateway for a moment: 10,000 agents are 2,000 a second.</remarks>
    [Duration("00:00:00.010", "00:01:00")]
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Upper bound of every pause. 10 ms–1 h; default 2 min.</summary>
    [Duration("00:00:00.010", "01:00:00")]
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a connection must have held for the pauses to start small again. 0–1 h; default 30 s.</summary>
    [Duration("00:00:00", "01:00:00")]
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest to go on publishing after the order to stop; what is left waits in the outbox. 0–1 min; default 5 s.</summary>
    [Duration("00:00:00", "00:01:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary><see cref="Url"/>, taken apart.</summary>
    public GatewayAddress ToAddress() => GatewayAddress.TryParse(Url, out var address) ? address : throw new FormatException($"'{Url}' is no address.");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!GatewayAddress.TryParse(Url, out _))
            yield return new($"Url = {Url}: must be mqtt://HOST[:PORT] or mqtts://HOST[:PORT], and nothing behind it.");

        if (MinBackoff > MaxBackoff)
            yield return new($"MinBackoff ({MinBackoff}) must not be longer than MaxBackoff ({MaxBackoff}).");

        if (Password is not null && PasswordFile is not null)
            yield return new("Password and PasswordFile are both given; leave one out.");
    }
}

internal enum MqttVersion
{
    V5,
    V311,
}
