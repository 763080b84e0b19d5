using Iot.Configuration;

namespace Iot.EdgeAgent.Configuring;

/// <summary>What the gateway may configure here. Configuration section <c>Remote</c>; it cannot be set remotely.</summary>
internal sealed record RemoteOptions
{
    public const string Section = "Remote";

    /// <summary>Follow the configuration that the gateway desires. Default <c>true</c>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Let the gateway name programs that a sensor runs: whoever may configure this device there may then run anything here. Default <c>false</c>.</summary>
    public bool AllowExec { get; set; }

    /// <summary>How long a configuration is on trial: if no batch stored after the change is acknowledged by then, the last good one is back; longer where the slowest sensor, an unknown time or a backlog needs it. 1 s–1 day; default 5 min.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan TrialTime { get; set; } = TimeSpan.FromMinutes(5);
}
