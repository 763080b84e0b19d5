using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>How this machine comes to the right time. Configuration section <c>Time</c>.</summary>
/// <remarks>With nothing configured the kernel is asked, which knows of chrony, timesyncd and every other NTP client; then the gateway.</remarks>
internal sealed record TimeOptions
{
    public const string Section = "Time";

    /// <summary>The clock is right, whatever the kernel says: containers and virtual machines whose host keeps it. Default false.</summary>
    public bool TrustClock { get; set; }

    /// <summary>Ask the kernel whether an NTP client keeps its clock. Default true; false where what it keeps to is wrong.</summary>
    public bool AskKernel { get; set; } = true;

    /// <summary>A file that is there when the clock is right, for what the kernel does not know of (gpsd, a container): such as <c>/run/systemd/timesync/synchronized</c>. Default none.</summary>
    public string? SynchronisedFile { get; set; }

    /// <summary>After the first connect to a gateway that tells no time (MQTT 3.1.1, other brokers): how long readings wait for a source before they go out with this machine's own time, marked as unsynchronised. 0–30 days; default 10 min.</summary>
    [Duration("00:00:00", "30.00:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What tells one boot from the next. Default <c>/proc/sys/kernel/random/boot_id</c>.</summary>
    [Required]
    public string BootIdFile { get; set; } = "/proc/sys/kernel/random/boot_id";
}
