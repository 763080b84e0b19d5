using System.Globalization;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether readings get a time that is right.</summary>
internal static class ClockCheck
{
    private const string Check = "clock";
    private const string WhatToDo = "Give it network time: sudo timedatectl set-ntp true, and let UDP port 123 through; a site without internet needs a time server of its own (NTP= in /etc/systemd/timesyncd.conf).";
    private const int FirstYear = 2025;
    private const int LastYear = 2100;

    public static IEnumerable<Finding> Run(TimeProvider clock) => [Examine(clock.GetUtcNow(), IsSynchronised())];

    internal static Finding Examine(DateTimeOffset now, bool synchronised)
    {
        var time = now.ToString("u", CultureInfo.InvariantCulture);
        if (now.Year is < FirstYear or >= LastYear) return Finding.Fail(Check, $"it says {time}, which cannot be right", $"{WhatToDo} Readings wait for it.");

        return synchronised
            ? Finding.Ok(Check, $"{time}, synchronised")
            : Finding.Warn(Check, $"{time}, and nothing is known to keep it right", WhatToDo);
    }

    /// <summary>Made by systemd-timesyncd as soon as it has the time.</summary>
    private static bool IsSynchronised() => File.Exists("/run/systemd/timesync/synchronized");
}
