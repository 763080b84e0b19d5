using System.Globalization;
using Iot.EdgeAgent.Sensors;
using Iot.Wire;

namespace Iot.EdgeAgent;

/// <summary>The devices of this process: this machine, or simulated ones.</summary>
internal static class Fleet
{
    public static IReadOnlyList<DeviceLife> Create(AgentOptions options, SensorCatalog catalog, AgentContext context)
    {
        var data = DataPath(options.Data);
        if (options.Simulation.Devices == 0)
            return [Life(ThisDevice(options.Device), Path.Combine(data, "outbox"), options, now => catalog.OfThisMachine(now.Sensors), context)];

        return [.. Enumerable.Range(1, options.Simulation.Devices).Select(number =>
        {
            var device = DeviceId.Parse(string.Create(CultureInfo.InvariantCulture, $"{options.Simulation.Prefix}{number:0000}"));
            return Life(device, Path.Combine(data, "devices", device.Value, "outbox"), options,
                now => catalog.OfSimulatedDevice(number, now.Simulation.Interval, now.Sensors), context);
        })];
    }

    private static DeviceLife Life(DeviceId device, string outbox, AgentOptions options, Func<AgentOptions, IReadOnlyList<SensorGroup>> sensors, AgentContext context) =>
        new(device, options, sensors, (groups, now, delivered) => new(device, groups, outbox, now, context) { Delivered = delivered });

    public static DeviceId ThisDevice(DeviceOptions options) => DeviceId.Parse(options.Id ?? Sanitised(Environment.MachineName));

    /// <summary>As configured, else what systemd provides, else <c>./agent-data</c>.</summary>
    public static string DataPath(DataOptions options) =>
        options.Path ?? Environment.GetEnvironmentVariable("STATE_DIRECTORY") ?? "agent-data";

    /// <summary>Other characters become <c>-</c>; a name without a usable start gets <c>device</c> before it.</summary>
    internal static string Sanitised(string hostName)
    {
        var name = string.Concat(hostName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));
        if (name.Length == 0 || !char.IsAsciiLetterOrDigit(name[0])) name = "device" + name;
        return name[..Math.Min(name.Length, DeviceId.MaxLength)];
    }
}
