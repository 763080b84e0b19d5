using Iot.Wire;

namespace Iot.EdgeAgent.Publishing;

/// <summary>All that publishing says. Event ids 4300–4399.</summary>
internal static partial class PublishingLog
{
    [LoggerMessage(4300, LogLevel.Information, "{Device} is connected to {Url}; {Waiting} batches wait.")]
    public static partial void Connected(this ILogger logger, DeviceId device, string url, ulong waiting);

    [LoggerMessage(4301, LogLevel.Warning, "{Device} has no connection to {Url}: {Reason}. Nothing is lost: {Waiting} batches wait on disk, and it goes on trying.")]
    public static partial void NotConnected(this ILogger logger, DeviceId device, string url, string reason, ulong waiting);

    [LoggerMessage(4302, LogLevel.Warning, "{Device}: the gateway took a batch not: {Reason}. Nothing is lost: {Waiting} batches wait on disk, and it pauses.")]
    public static partial void Refused(this ILogger logger, DeviceId device, string reason, ulong waiting);

    [LoggerMessage(4303, LogLevel.Warning, "{Device}: the gateway could not read a batch and keeps it as a dead letter: {Reason}.")]
    public static partial void DeadLettered(this ILogger logger, DeviceId device, string reason);

    [LoggerMessage(4304, LogLevel.Warning, "{Device}: how far was published could not be noted; after a restart some batches are sent twice, none is lost.")]
    public static partial void CheckpointFailed(this ILogger logger, Exception cause, DeviceId device);

    [LoggerMessage(4305, LogLevel.Error, "{Device}: the outbox cannot be read; nothing is skipped, it is tried again within a minute, and storing goes on.")]
    public static partial void OutboxNotRead(this ILogger logger, Exception cause, DeviceId device);

    [LoggerMessage(4391, LogLevel.Error, "{Device} is connected to {Url}, but nothing flows: {Waiting} batches wait on disk and none is answered. It connects anew; if that does not help, the agent is started again.")]
    public static partial void NothingFlows(this ILogger logger, DeviceId device, string url, ulong waiting);

    [LoggerMessage(4390, LogLevel.Warning, "{Device} is not configured by its gateway: it refuses the subscription to {Topic} ({Reason}). Readings are published all the same.")]
    public static partial void NotConfigurable(this ILogger logger, DeviceId device, string topic, string reason);
}
