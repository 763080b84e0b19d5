using System.Globalization;
using Iot.EdgeAgent.Sensors;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether the agent has the memory it needs: that of the machine, and what systemd allows it.</summary>
internal static class MemoryCheck
{
    private const string Check = "memory";
    private const long Enough = 64L << 20;

    public static IEnumerable<Finding> Run(Installation installation)
    {
        var available = Available();
        yield return available is < Enough
            ? Finding.Warn(Check, $"{Amounts.Bytes(available.Value)} are available on this machine", "Find out what takes it: ps aux --sort -rss | head. The agent itself needs 25 MiB.")
            : Finding.Ok(Check, $"{(available is { } bytes ? Amounts.Bytes(bytes) : "an unknown amount")} available on this machine");

        if (installation.Running is not { } agent || Group(agent.ProcessId) is not { } group) yield break;
        if (Number(group, "memory.max") is not { } most || Number(group, "memory.current") is not { } used) yield break;

        var share = $"the agent has {Amounts.Bytes(used)} of the {Amounts.Bytes(most)} that systemd allows it";
        yield return used > most * 0.9
            ? Finding.Warn("limit", share, "If it grows further it is ended and started again, without losing readings. Raise MemoryMax: sudo systemctl edit iot-edge-agent.")
            : Finding.Ok("limit", share);
    }

    private static long? Available()
    {
        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(one => one.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kib, ..] && long.TryParse(kib, CultureInfo.InvariantCulture, out var number) ? number * 1024 : null;
    }

    /// <summary>Of cgroup v2: the line <c>0::/system.slice/iot-edge-agent.service</c>.</summary>
    private static string? Group(int process) =>
        SysfsText.FirstLine($"/proc/{process}/cgroup") is { } line && line.StartsWith("0::", StringComparison.Ordinal) ? "/sys/fs/cgroup" + line[3..] : null;

    /// <summary>Null without such a file, and for <c>max</c>: no limit.</summary>
    private static long? Number(string group, string file) =>
        long.TryParse(SysfsText.FirstLine(Path.Combine(group, file)), CultureInfo.InvariantCulture, out var number) ? number : null;
}
