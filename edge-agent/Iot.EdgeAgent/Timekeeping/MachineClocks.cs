using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>The clocks of this machine: one that only counts, one that is set, and what is known of the second.</summary>
/// <param name="Boot">Which boot the counting clock belongs to.</param>
/// <param name="BootNs">Nanoseconds since that boot, sleep included: never set, never stepped.</param>
/// <param name="WallNs">Nanoseconds since 1970, as the system clock says, right or wrong.</param>
/// <param name="IsSynchronised">Somebody vouches for the wall clock: the kernel, a file, the configuration. None: nobody.</param>
internal sealed record MachineClocks(Guid Boot, Func<long> BootNs, Func<long> WallNs, Func<TimeSource> IsSynchronised)
{
    /// <summary>No clock that says less is right: no copy of this program is older.</summary>
    public static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Between two looks at the counting clock the wall clock is read; more between them, and it is read again.</summary>
    private const long Apart = 1_000_000;
    private const int Looks = 5;

    public static MachineClocks OfThisMachine(TimeOptions options, TimeProvider clock) => new(
        BootId.Read(options.BootIdFile, clock), BootTime.NowNs, () => ToNs(clock.GetUtcNow()), () => SourceOf(options));

    /// <summary>Wall clock minus counting clock, read together.</summary>
    public long OffsetNs()
    {
        var (best, narrowest) = (0L, long.MaxValue);
        for (var look = 0; look < Looks && narrowest > Apart; look++)
        {
            var before = BootNs();
            var wall = WallNs();
            var width = BootNs() - before;
            if (width < narrowest) (best, narrowest) = (wall - before - width / 2, width);
        }

        return best;
    }

    /// <summary>Null for what no clock says that is right.</summary>
    public static DateTimeOffset? Believed(DateTimeOffset wall) => wall >= Earliest ? wall : null;

    /// <summary>A clock that a dead battery left beyond the year 2262 does not fit, and is wrong anyway.</summary>
    public static long ToNs(DateTimeOffset time) =>
        Math.Clamp(time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks, -long.MaxValue / 100, long.MaxValue / 100) * 100;

    private static TimeSource SourceOf(TimeOptions options) =>
        options.TrustClock ? TimeSource.Trusted
        : options.AskKernel && KernelClock.IsSynchronised() ? TimeSource.Kernel
        : options.SynchronisedFile is { Length: > 0 } file && File.Exists(file) ? TimeSource.File
        : TimeSource.None;
}

/// <summary><c>CLOCK_BOOTTIME</c>.</summary>
internal static partial class BootTime
{
    private const int ClockBootTime = 7;

    public static long NowNs()
    {
        Span<nint> found = stackalloc nint[2]; // struct timespec
        if (GetTime(ClockBootTime, ref MemoryMarshal.GetReference(found)) != 0) throw new InvalidOperationException("This kernel has no CLOCK_BOOTTIME.");

        return found[0] * 1_000_000_000L + found[1];
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, ref nint time);
}

/// <summary>What tells one boot from the next.</summary>
internal static class BootId
{
    /// <summary>A new one when there is none to read: what the process before recorded counts as recorded before a reboot then.</summary>
    public static Guid Read(string path, TimeProvider clock)
    {
        try
        {
            if (Guid.TryParse(File.ReadAllText(path).Trim(), out var boot)) return boot;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // not a Linux of the usual kind
        }

        return Guid.CreateVersion7(clock.GetUtcNow());
    }
}
