using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books of one device, all in readings. received = accepted + rejected + duplicate, always.</summary>
/// <param name="LastSeenNs">Receipt of its newest message, nanoseconds since 1970.</param>
/// <param name="Messages">Messages received, whatever became of them.</param>
/// <param name="Provable">False once it sent a pack without identity: gaps in those cannot be known.</param>
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
    IReadOnlyList<Gap> Gaps);

/// <summary>accepted = stored + pending + dead-lettered, per sink.</summary>
internal sealed record SinkBooks(string Sink, long Stored, long Pending, long DeadLettered);

/// <summary>Batches <paramref name="From"/> to <paramref name="To"/>, both included, of one epoch that never arrived.</summary>
/// <param name="GivenUp">The device said that it no longer holds them; else they may still come.</param>
internal sealed record Gap(ulong Epoch, ulong From, ulong To, bool GivenUp);
