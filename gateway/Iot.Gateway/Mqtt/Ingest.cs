namespace Iot.Gateway.Mqtt;

/// <summary>Takes one message; the task ends when it is on disk, or will not be.</summary>
/// <remarks>The payload's memory may be reused as soon as the call has returned its task.</remarks>
internal delegate Task<IngestResult> Ingest(ReceivedMessage message, CancellationToken cancellation);
