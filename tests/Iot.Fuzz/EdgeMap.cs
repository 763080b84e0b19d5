using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Iot.Fuzz;

/// <summary>Where instrumented code counts its branches: 64 KiB, shared with afl-fuzz when that is there.</summary>
internal static unsafe class EdgeMap
{
    public const int Size = 1 << 16;

    public static Span<byte> Counts => new(Trace.SharedMem, Size);

    /// <summary>A map of our own, until afl-fuzz gives its one.</summary>
    public static void Allocate() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);

    public static void Clear() => Counts.Clear();

    /// <summary>An edge is a pair of places; the last one of the input before is none of this one's.</summary>
    public static void ForgetPlace() => Trace.PrevLocation = 0;
}
