using System.Globalization;
using Iot.EdgeAgent.Timekeeping;

namespace Iot.EdgeAgent.Doctor;

/// <summary>Whether readings get a time that is right.</summary>
internal static class ClockCheck
{
    private const string Check = "clock";
    private const string WhatToDo = "Give it network time: sudo timedatectl set-ntp true, and let UDP port 123 through; a site without internet needs a time server of its own (NTP= in /etc/systemd/timesyncd.conf).";
    private const int FirstYear = 2025;
    private const int LastYear = 2100;

    public static IEnumerable<Finding> Run(Installation installation) =>
        [installation.Running?.Clock is { } told ? Examine(told) : Examine(installation.Clock.GetUtcNow(), KernelClock.IsSynchronised())];

    /// <summary>A reading with this time can be one of now.</summary>
    public static bool IsPlausible(DateTimeOffset now) => now.Year is >= FirstYear and < LastYear;

    /// <summary>As the running agent has it, who may have learned the time from the gateway.</summary>
    internal static Finding Examine(ClockStatus told)
    {
        if (!told.Known) return Finding.Fail(Check, told.ToString(), WhatToDo);

        var ahead = told.SkewSeconds is { } skew && Math.Abs(skew) >= 1 ? string.Create(CultureInfo.InvariantCulture, $"; {skew:+0.#;-0.#} s against the gateway's") : "";
        return told.Source is nameof(TimeSource.Own) ? Finding.Warn(Check, told + ahead, WhatToDo) : Finding.Ok(Check, told + ahead);
    }

    internal static Finding Examine(DateTimeOffset now, bool synchronised)
    {
        var time = now.ToString("u", CultureInfo.InvariantCulture);
        if (!IsPlausible(now)) return Finding.Fail(Check, $"it says {time}, which cannot be right", $"{WhatToDo} Readings wait for it.");

        return synchronised
            ? Finding.Ok(Check, $"{time}, synchronised")
            : Finding.Warn(Check, $"{time}, and nothing is known to keep it right", WhatToDo);
    }
}
