using System.ComponentModel.DataAnnotations;
using Iot.EdgeAgent.Batching;
using Iot.EdgeAgent.Configuring;
using Iot.EdgeAgent.Publishing;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.EdgeAgent.Updating;

namespace Iot.EdgeAgent;

/// <summary>All that can be configured, read and checked by <see cref="AgentSettings"/>.</summary>
internal sealed record AgentOptions(
    DeviceOptions Device,
    DataOptions Data,
    GatewayOptions Gateway,
    BatchingOptions Batching,
    OutboxOptions Outbox,
    TimeOptions Time,
    SimulationOptions Simulation,
    UpdateOptions Update,
    RemoteOptions Remote,
    IReadOnlyDictionary<string, SensorOptions> Sensors)
{
    /// <summary>As they were written, key by key. They tell whether two are the same: a record that holds a list equals none but itself.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <param name="sections">What counts.</param>
    public bool IsSame(AgentOptions other, params string[] sections)
    {
        var (mine, others) = (Of(sections), other.Of(sections));
        return mine.Count == others.Count && mine.All(pair => others.TryGetValue(pair.Key, out var value) && value.Equals(pair.Value, StringComparison.Ordinal));
    }

    private Dictionary<string, string> Of(string[] sections) => new(
        Settings.Where(pair => sections.Any(section => pair.Key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))), StringComparer.OrdinalIgnoreCase);
}

/// <summary>Who this is. Configuration section <c>Device</c>.</summary>
internal sealed record DeviceOptions
{
    public const string Section = "Device";

    /// <summary>The device's id: 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>, the first a letter or digit. Default: as enrolled, else the host's name, other characters as <c>-</c>.</summary>
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", ErrorMessage = "must be 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit.")]
    public string? Id { get; set; }
}

/// <summary>Where the agent keeps what must survive. Configuration section <c>Data</c>.</summary>
internal sealed record DataOptions
{
    public const string Section = "Data";

    /// <summary>Directory of the outbox and of the device's identity; made when it is not there. Default <c>./agent-data</c>, under systemd its <c>STATE_DIRECTORY</c>.</summary>
    public string? Path { get; set; }
}
