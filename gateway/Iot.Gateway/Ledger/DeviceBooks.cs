using Iot.Gateway.Deduplication;
using Iot.Wire;

namespace Iot.Gateway.Ledger;

/// <summary>The books of one device, all in readings. received = accepted + rejected + duplicate, always.</summary>
/// <param name="LastSeenNs">Receipt of its newest message, nanoseconds since 1970.</param>
/// <param name="Messages">Messages received, whatever became of them.</param>
/// <param name="GivenUp">Readings that never came because the device gave them up, as it said: produced = received + held by the device + given up.</param>
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
    IReadOnlyList<EpochBooks> Epochs,
    IReadOnlyList<SequenceGap> Gaps,
    ulong GivenUp = 0);

/// <summary>accepted = before + stored + pending + dead-lettered, per sink.</summary>
/// <param name="Before">Accepted before this sink was configured and already gone from the journal then; usually 0.</param>
internal sealed record SinkBooks(string Sink, long Stored, long Pending, long DeadLettered, long Before = 0);

/// <summary>One life of a device's outbox. produced = batches + missing + given up, unless something was forgotten.</summary>
/// <remarks>The records count the batches that came, the marks of de-duplication those that did not. The marks are ahead of the records by what is on disk and not in the books yet.</remarks>
/// <param name="Produced">The highest seq received: the device has made at least so many batches. 0 when it was forgotten.</param>
/// <param name="Batches">Batches received, each once.</param>
/// <param name="Missing">Batches that have not arrived, and still may.</param>
/// <param name="GivenUp">Batches that the device gave up: it said that it no longer holds them.</param>
/// <param name="IsComplete">False when some of it was forgotten, or lies before what is remembered.</param>
/// <param name="GivenUpReadings">Readings that the device says it gave up, in those batches or before they got a number.</param>
/// <param name="Readings">Of those batches and of their duplicates.</param>
internal sealed record EpochBooks(ulong Epoch, ulong Produced, long Batches, ulong Missing, ulong GivenUp, bool IsComplete, BooksEntry Readings, ulong GivenUpReadings)
{
    public static EpochBooks Of(EpochAccount account, EpochHistory? history) => new(
        account.Epoch, history?.Seen.Highest ?? 0, account.Batches, history?.Missing ?? 0, history?.GivenUp ?? 0,
        history is { ForgottenThrough: 0 }, account.Sum, account.GivenUp);
}
