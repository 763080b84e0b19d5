using System.Globalization;
using System.Runtime.InteropServices;

namespace Iot.CrashTest.Recording;

/// <summary>One value as it was sent, and as a sink must hold it.</summary>
/// <param name="Field">Of the measurement <see cref="Measurement"/>, the only one of the campaign.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Point(string Field, long TimeNs, double Value)
{
    public const string Measurement = "crash";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Field} = {Value} at {TimeNs}");
}
