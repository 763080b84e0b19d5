using System.Buffers.Binary;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>When a certificate is renewed: at two thirds of its life, give or take a tenth of it.</summary>
/// <remarks>
/// How much is a property of the certificate, whose bytes are random enough: a fleet that was enrolled in one hour is spread over
/// weeks, and a device that starts again does not draw again.
/// </remarks>
internal static class RenewalSchedule
{
    private const double Share = 2.0 / 3;
    private const double Spread = 0.1;

    public static DateTimeOffset DueAt(DeviceIdentity identity)
    {
        var draw = BinaryPrimitives.ReadUInt32LittleEndian(identity.Hash.Span) / (double)uint.MaxValue;
        return identity.NotBefore + (identity.NotAfter - identity.NotBefore) * (Share + Spread * (2 * draw - 1));
    }
}
