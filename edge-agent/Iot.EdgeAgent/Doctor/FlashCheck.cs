using System.Globalization;
using Iot.EdgeAgent.Sensors;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Flash memory wears by writing. What an eMMC says about its own life; an SD card keeps that to itself.</summary>
internal static class FlashCheck
{
    private const string Check = "flash";
    private const int Worn = 8; // tenths of its life

    /// <param name="procPath">Normally <c>/proc</c>.</param>
    /// <param name="sysPath">Normally <c>/sys</c>.</param>
    public static IEnumerable<Finding> Run(string dataPath, string procPath = "/proc", string sysPath = "/sys")
    {
        if (DeviceOf(Path.GetFullPath(dataPath), procPath) is not { } number) yield break;
        if (CardOf(Path.Combine(sysPath, "dev", "block", number)) is not { } card) yield break;

        if (SysfsText.FirstLine(Path.Combine(card, "life_time")) is { } life && Tenths(life) is { } tenths)
        {
            var found = string.Create(CultureInfo.InvariantCulture, $"eMMC, {(tenths - 1) * 10} to {tenths * 10} % of its life used");
            yield return tenths > Worn
                ? Finding.Warn(Check, found, "Plan to replace the board or to move the data to another disk (Data:Path); until then a longer Batching:MaxAge writes less.")
                : Finding.Ok(Check, found);
        }
        else if (SysfsText.FirstLine(Path.Combine(card, "type")) is "SD")
        {
            yield return Finding.Ok(Check, "SD card; it does not tell how worn it is. An industrial one (high endurance), or a longer Batching:MaxAge, lasts longer");
        }
    }

    /// <summary>The block device under a path: of all mounts above it the nearest.</summary>
    private static string? DeviceOf(string path, string procPath) => File.ReadLines(Path.Combine(procPath, "self", "mountinfo"))
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length > 4 && IsAbove(fields[4], path))
        .OrderByDescending(fields => fields[4].Length)
        .FirstOrDefault()?[2];

    private static bool IsAbove(string mount, string path) =>
        mount is "/" || path.Equals(mount, StringComparison.Ordinal) || path.StartsWith(mount + "/", StringComparison.Ordinal);

    /// <summary>From <c>…/mmcblk0/mmcblk0p2</c> or <c>…/mmcblk0</c> to the card's own directory; null for disks that are no cards.</summary>
    private static string? CardOf(string block)
    {
        var disk = Directory.Exists(block) ? Directory.ResolveLinkTarget(block, returnFinalTarget: true)?.FullName ?? block : null;
        string?[] disks = [disk, Path.GetDirectoryName(disk)];
        return disks.OfType<string>().Select(one => Path.Combine(one, "device")).FirstOrDefault(device => File.Exists(Path.Combine(device, "type")));
    }

    /// <summary><c>0x02 0x01</c>: two kinds of cells, each in tenths of its life; the worse counts.</summary>
    private static int? Tenths(string life)
    {
        var parts = life.Split(' ').Select(part => int.TryParse(part.AsSpan(part.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var tenths) ? tenths : 0).ToList();
        return parts.Max() is > 0 and var most ? most : null;
    }
}
