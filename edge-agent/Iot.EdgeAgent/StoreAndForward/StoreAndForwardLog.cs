using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>All that the outbox says. Event ids 4200–4299.</summary>
internal static partial class StoreAndForwardLog
{
    [LoggerMessage(4200, LogLevel.Information, "{Device} starts epoch {Epoch:x16} of its outbox.")]
    public static partial void EpochStarted(this ILogger logger, DeviceId device, ulong epoch);

    [LoggerMessage(4201, LogLevel.Warning,
        "{Device}: the outbox was not as it was left: {TornBytes} torn bytes cut, {Damages} damaged ranges set aside; all that can be read is published.")]
    public static partial void OutboxRecovered(this ILogger logger, DeviceId device, long tornBytes, int damages);

    [LoggerMessage(4202, LogLevel.Error,
        "{Device}: the outbox is full, {Batches} batches wait; it keeps those, and new readings are given up until the gateway takes some.")]
    public static partial void OutboxFull(this ILogger logger, DeviceId device, ulong batches);

    [LoggerMessage(4203, LogLevel.Information, "{Device}: the outbox has room again; {GivenUp} readings were given up since the start.")]
    public static partial void OutboxHasRoom(this ILogger logger, DeviceId device, long givenUp);

    [LoggerMessage(4204, LogLevel.Error, "{Device}: {Readings} readings are lost, the disk did not take them.")]
    public static partial void StoreFailed(this ILogger logger, Exception cause, int readings, DeviceId device);

    [LoggerMessage(4205, LogLevel.Error, "{Device}: {Batches} batches before offset {Offset} of the outbox are damaged and lost; the gateway names them as a gap.")]
    public static partial void BatchesDamaged(this ILogger logger, DeviceId device, ulong batches, ulong offset);

    [LoggerMessage(4206, LogLevel.Warning, "{Device}: the outbox is full; its oldest {Readings} readings were given up for new ones, and the gateway is told.")]
    public static partial void OldestDropped(this ILogger logger, DeviceId device, long readings);

    [LoggerMessage(4207, LogLevel.Warning, "{Device}: {Readings} readings older than {Age} were given up unsent, and the gateway is told.")]
    public static partial void OldGivenUp(this ILogger logger, DeviceId device, long readings, TimeSpan age);

    [LoggerMessage(4208, LogLevel.Warning, "{Device}: the outbox could not be looked through for old readings; they stay and are sent.")]
    public static partial void OutboxNotLookedThrough(this ILogger logger, Exception cause, DeviceId device);

    [LoggerMessage(4209, LogLevel.Warning, "{Device}: how many readings were given up could not be noted; after a crash the gateway may be told too few. No stored batch is lost.")]
    public static partial void GivenUpNotNoted(this ILogger logger, Exception cause, DeviceId device);

    [LoggerMessage(4210, LogLevel.Error, "{Device}: {Readings} readings are lost, their batch cannot be written as SenML; the gateway is told, and the next batches go on.")]
    public static partial void BatchImpossible(this ILogger logger, Exception cause, int readings, DeviceId device);

    [LoggerMessage(4211, LogLevel.Error,
        "{Device}: the outbox of the stream {Stream}, which no sensor uses any more, cannot be opened; what it holds stays on disk unsent and is tried again at the next start.")]
    public static partial void LeftStreamNotOpened(this ILogger logger, Exception cause, DeviceId device, string stream);

    [LoggerMessage(4290, LogLevel.Error, "{Device}: a batch that was recorded before the time was known cannot be read ({Why}), so it is sent as it lies on disk; the gateway refuses its times and keeps it as dead letters.")]
    public static partial void NotRebased(this ILogger logger, DeviceId device, DecodeFailure why);
}
