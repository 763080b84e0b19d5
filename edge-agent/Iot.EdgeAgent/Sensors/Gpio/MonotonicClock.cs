namespace Iot.EdgeAgent.Sensors.Gpio;

/// <summary>The clock that the kernel stamps changes of inputs with, CLOCK_MONOTONIC, is the one that .NET measures with on Linux.</summary>
internal static class MonotonicClock
{
    public static long GetMonotonicNs(this TimeProvider clock) => (long)((Int128)clock.GetTimestamp() * 1_000_000_000 / clock.TimestampFrequency);
}
