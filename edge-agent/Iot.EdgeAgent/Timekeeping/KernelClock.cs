using System.Runtime.InteropServices;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>Asks the kernel whether somebody (chrony, timesyncd, ntpd, a PTP daemon) keeps its clock: <c>adjtimex</c>, which changes nothing when nothing is asked for.</summary>
internal static partial class KernelClock
{
    private const int Size = 256;
    private const int Unsynchronised = 0x40; // STA_UNSYNC

    /// <summary>timesyncd looks every 34 min at most, in which the kernel's own bound grows to 1 s.</summary>
    private const long LargestErrorMicroseconds = 2_000_000;

    /// <summary>False as well when it may not be asked.</summary>
    public static bool IsSynchronised()
    {
        Span<nint> found = stackalloc nint[Size / 4];
        found.Clear(); // modes 0: nothing is to be set
        if (Adjust(ref MemoryMarshal.GetReference(found)) < 0) return false;

        // modes | offset | freq | maxerror | esterror | status: all but the ends are longs
        var (largestError, status) = (found[3], (int)found[5]);
        return (status & Unsynchronised) == 0 && largestError <= LargestErrorMicroseconds;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Adjust(ref nint time);
}
