using System.Runtime.InteropServices;

namespace Iot.Fuzz;

/// <summary>What this thread allocates between two moments must be in proportion to the input.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct AllocationMeter
{
    private readonly long _before;

    private AllocationMeter(long before) => _before = before;

    public static AllocationMeter Start() => new(GC.GetAllocatedBytesForCurrentThread());

    /// <param name="input">Bytes that were read.</param>
    /// <param name="perByte">Bytes that may be allocated for each of them.</param>
    /// <param name="once">Beside those: first buffers, and what is made once in a process.</param>
    public void AssertInProportion(int input, int perByte, int once = 512 << 10)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
        Promise.Holds(allocated <= once + ((long)input * perByte), $"{allocated} bytes were allocated for {input} bytes of input");
    }
}
