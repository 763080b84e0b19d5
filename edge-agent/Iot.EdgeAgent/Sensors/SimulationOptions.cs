using System.ComponentModel.DataAnnotations;
using Iot.Configuration;

namespace Iot.EdgeAgent.Sensors;

/// <summary>Many simulated devices in one process, for demonstrations. Configuration section <c>Simulation</c>.</summary>
internal sealed record SimulationOptions
{
    public const string Section = "Simulation";

    /// <summary>How many devices, each with its own outbox and connection; 0 is off, and this machine is the device. 0–1000; default 0.</summary>
    [Range(0, 1000)]
    public int Devices { get; set; }

    /// <summary>Devices are named by this and a number: <c>sim-0001</c>. Default <c>sim-</c>.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,50}")]
    public string Prefix { get; set; } = "sim-";

    /// <summary>Time between two rounds of the sensors a simulated device has when none are configured. 100 ms–1 h; default 1 s.</summary>
    [Duration("00:00:00.100", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}
