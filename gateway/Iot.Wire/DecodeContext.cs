using System.Runtime.InteropServices;

namespace Iot.Wire;

/// <summary>What a decoder must know that is not in the payload.</summary>
/// <param name="Device">Whose topic it came on; names that start with another device are marked <see cref="ReadingDefect.ForeignDevice"/>.</param>
/// <param name="ReceivedAtNs">Time of receipt in nanoseconds since 1970; relative times (below 2^28 s) are added to it.</param>
/// <param name="MaxReadings">More than this in one payload is <see cref="DecodeError.TooManyReadings"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DecodeContext(DeviceId Device, long ReceivedAtNs, int MaxReadings);
