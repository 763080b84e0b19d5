namespace Iot.EdgeAgent.Publishing;

/// <summary>A batch on its way. Its bytes never change.</summary>
/// <param name="Outbox">Which of the device's outboxes holds it.</param>
/// <param name="IsLive">It went before what an outage left behind.</param>
internal sealed record PendingBatch(Lanes Outbox, ulong Offset, byte[] Payload, bool IsLive);
