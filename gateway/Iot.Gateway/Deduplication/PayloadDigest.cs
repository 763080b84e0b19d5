using System.IO.Hashing;
using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Deduplication;

/// <summary>What makes a message without identity the same message: its device, its bytes, and the times its readings got.</summary>
/// <remarks>
/// Times that count from the receipt (missing, relative) differ each time the same bytes arrive, so <c>temp v=20</c> every minute is a new
/// reading every minute. That such a message sent twice by mistake is stored twice is the lesser evil: it cannot be told from a new one.
/// XxHash128 is no shield against a forger, who could only hide messages of the device whose name he bears.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PayloadDigest(DeviceId Device, UInt128 Hash)
{
    /// <param name="batch">Decoded from <paramref name="payload"/>.</param>
    /// <param name="payload">As it arrived.</param>
    public static PayloadDigest Of(ReadingBatch batch, ReadOnlySpan<byte> payload)
    {
        var times = 0L;
        foreach (var reading in batch.Readings) times = (times ^ reading.TimeNs) * 0x2127599BF4325C37 + 1;

        return new(batch.Device, XxHash128.HashToUInt128(payload, times));
    }
}
