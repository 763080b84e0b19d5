namespace Iot.EdgeAgent.Sensors.Iio;

/// <summary>One device of the kernel's Industrial I/O.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="Chip">The driver's name for it: <c>bme280</c>.</param>
/// <param name="Label">What the board's description calls it; null for nothing.</param>
/// <param name="Address">Where it sits, which stays the same after a restart: <c>1-0076</c>; null when that cannot be told.</param>
/// <param name="Name">What readings are named after: label or chip, with the address where several share it.</param>
internal sealed record IioDevice(string Path, string Chip, string? Label, string? Address, string Name)
{
    public static string Directory(string sysPath) => System.IO.Path.Combine(sysPath, "bus", "iio", "devices");

    public static IReadOnlyList<IioDevice> All(string sysPath)
    {
        var root = Directory(sysPath);
        if (!System.IO.Directory.Exists(root)) return [];

        var devices = System.IO.Directory.EnumerateDirectories(root, "iio:device*").Order(StringComparer.Ordinal).Select(Read).ToList();
        var shared = devices.GroupBy(device => device.Name, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet(StringComparer.Ordinal);
        return [.. devices.Select(device => shared.Contains(device.Name) ? device with { Name = $"{device.Name}.{device.Address ?? device.Id}" } : device)];
    }

    private string Id => System.IO.Path.GetFileName(Path);

    public bool Is(string asked) => new[] { Id, Chip, Label, Address, Name }.Contains(asked, StringComparer.Ordinal);

    /// <summary>Where a channel gives a finished value and a raw one, the finished one.</summary>
    public IEnumerable<IioChannel> Channels()
    {
        var files = System.IO.Directory.EnumerateFiles(Path, "in_*").Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            if (IioChannelName.Parse(file) is not { } channel || IioQuantity.Of(channel.Type) is not { } quantity) continue;
            if (channel.Modifier is "quaternion") continue; // four numbers in one file
            if (file.EndsWith("_raw", StringComparison.Ordinal) && files.Contains($"{channel.Stem}_input")) continue;

            yield return new(Path, file, Name, channel, quantity);
        }
    }

    private static IioDevice Read(string path)
    {
        var chip = SysfsText.FirstLine(System.IO.Path.Combine(path, "name")) ?? System.IO.Path.GetFileName(path);
        var label = SysfsText.FirstLine(System.IO.Path.Combine(path, "label"));
        var real = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true); // …/i2c-1/1-0076/iio:device0
        return new(path, chip, label, real is null ? null : System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(real.FullName)), label ?? chip);
    }
}
