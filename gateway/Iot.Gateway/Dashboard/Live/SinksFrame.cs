using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Observability;

namespace Iot.Gateway.Dashboard.Live;

/// <summary>Everything about sinks, spool and store that somebody wants to know at night.</summary>
/// <param name="Store">Absent without an embedded store, or while it cannot be asked.</param>
/// <param name="Replays">The running or the last one of each sink.</param>
/// <param name="BackupBytes">Sent so far of the backup that is being made; absent while none is.</param>
internal sealed record SinksFrame(
    IReadOnlyList<SinkDetailFrame> Sinks, SpoolFrame Spool, StoreFrame? Store, IReadOnlyList<ReplayJson> Replays, long? BackupBytes);

/// <param name="Since">Since when the circuit is so, or the problem there; RFC 3339.</param>
/// <param name="OldestPending">Receipt of the oldest message that it has yet to get; absent when it has got all.</param>
/// <param name="Rate">Readings stored a second over the last half minute.</param>
/// <param name="Repeated">Of the attempts since the start, those that were made once more.</param>
internal sealed record SinkDetailFrame(
    string Name, string Circuit, string? Since, string? Problem, long Stored, long Pending, long DeadLettered,
    string? OldestPending, double Rate, string? LastStored, long Attempts, long Repeated, IReadOnlyList<SinkFailureFrame> Failures)
{
    public static SinkDetailFrame Of(SinkStatus sink, double rate) => new(
        sink.Name, OverviewFrame.CircuitText(sink.Circuit), Moments.Of(sink.Since), sink.Problem, sink.Stored, sink.Pending, sink.DeadLettered,
        sink.Pending > 0 ? Moments.OfNs(sink.Past.OldestOwedNs) : null, Math.Round(rate, 1), Moments.Of(sink.Past.LastStored), sink.Past.Attempts, sink.Past.Repeated,
        [.. sink.Past.Failures.Select(failure => new SinkFailureFrame(failure.Kind, failure.Count, Moments.Of(failure.Last)!, failure.Words))]);
}

/// <param name="Words">What was said the last time.</param>
internal sealed record SinkFailureFrame(string Kind, long Count, string Last, string Words);

/// <param name="Oldest">Receipt of the oldest message that it holds.</param>
/// <param name="SyncMs">What an fsync took lately, in the mean; absent when there was none.</param>
internal sealed record SpoolFrame(long Records, long Bytes, long MaxBytes, bool IsFull, string? Oldest, double BytesPerSecond, double SyncsPerSecond, double? SyncMs);

/// <param name="RetainSeconds">How long readings stay; 0 for ever.</param>
/// <param name="NotRolledUp">Messages behind; absent when nothing is rolled up.</param>
/// <param name="DeletedBefore">Readings before it are deleted; absent while none is.</param>
/// <param name="LastDay">The newest day in the archive; absent for none.</param>
internal sealed record StoreFrame(
    long Bytes, long WalBytes, long Readings, long Series, double RetainSeconds, double RollUpSeconds, long? NotRolledUp, string? DeletedBefore,
    bool Archives, long ArchivedFiles, long ArchivedBytes, string? LastDay)
{
    public static StoreFrame Of(StoreFigures store) => new(
        store.Bytes, store.WalBytes, store.Rows, store.Series, store.Options.RetainFor.TotalSeconds, store.Options.RollUpFor.TotalSeconds,
        store.Options.RollUps ? store.NotRolledUp : null, Moments.OfNs(store.RawFromNs), store.Options.Archive, store.ArchivedFiles, store.ArchivedBytes,
        store.LastDayNs is { } day ? TimeText.Format(day)[..10] : null);
}

/// <summary>Moments as text, where nothing is one of them.</summary>
internal static class Moments
{
    public static string? Of(DateTimeOffset? at) => at is { } known ? TimeText.Format(known.ToUnixTimeMilliseconds() * 1_000_000) : null;

    public static string? OfNs(long ns) => ns > 0 ? TimeText.Format(ns / 1_000_000 * 1_000_000) : null;
}
