using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books of one device, all in readings. received = accepted + rejected + duplicate, always.</summary>
/// <param name="LastSeenNs">Receipt of its newest message, nanoseconds since 1970.</param>
/// <param name="Messages">Messages received, whatever became of them.</param>
/// <param name="Provable">False once it sent a pack without identity: gaps in those cannot be known. False too when marks were forgotten.</param>
internal sealed record DeviceBooks(
    DeviceId Device,
    long LastSeenNs,
    long Messages,
    long Received,
    long Accepted,
    long Rejected,
    long Duplicate,
    bool Provable,
    IReadOnlyList<SinkBooks> Sinks,
    IReadOnlyList<SequenceGap> Gaps);

/// <summary>accepted = before + stored + pending + dead-lettered, per sink.</summary>
/// <param name="Before">Accepted before this sink was configured and already gone from the journal then; usually 0.</param>
internal sealed record SinkBooks(string Sink, long Stored, long Pending, long DeadLettered, long Before = 0);
