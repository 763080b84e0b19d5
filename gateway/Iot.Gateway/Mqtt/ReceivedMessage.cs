using System.Runtime.InteropServices;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Wire;

namespace Iot.Gateway.Mqtt;

/// <summary>One PUBLISH as it arrived, its topic taken apart.</summary>
/// <param name="Device">Whose topic it came on. The endpoint has checked that the client may use it.</param>
/// <param name="Format">Told by the topic.</param>
/// <param name="Payload">The bytes as they came, compressed or not; valid until ingest has returned its task.</param>
/// <param name="ReceivedAtNs">Time of receipt, nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReceivedMessage(DeviceId Device, PayloadFormat Format, ReadOnlyMemory<byte> Payload, long ReceivedAtNs)
{
    /// <summary>The connection that is charged for it, while the call that takes it lasts; null when it did not come from one.</summary>
    public Place? Sender { get; init; }
}
