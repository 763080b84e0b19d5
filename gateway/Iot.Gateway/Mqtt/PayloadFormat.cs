namespace Iot.Gateway.Mqtt;

/// <summary>How a payload is written. A byte in the journal: never reuse a number.</summary>
internal enum PayloadFormat : byte
{
    /// <summary>A SenML pack, JSON or CBOR, packed or not: the first bytes tell.</summary>
    SenMl = 0,

    /// <summary>InfluxDB line protocol, one or many lines, packed or not.</summary>
    LineProtocol = 1,
}
