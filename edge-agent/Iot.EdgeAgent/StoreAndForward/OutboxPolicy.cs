namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>What is given up when an outbox is full.</summary>
internal enum OutboxPolicy
{
    /// <summary>New readings, until there is room again.</summary>
    KeepOldest,

    /// <summary>The oldest batches, a file of the outbox at a time.</summary>
    DropOldest,

    /// <summary>Detail: while nothing can be sent, each series keeps ever fewer of its readings from half full on, see <see cref="Thinner"/>.</summary>
    ThinOut,
}
