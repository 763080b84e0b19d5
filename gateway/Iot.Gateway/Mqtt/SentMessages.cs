namespace Iot.Gateway.Mqtt;

/// <summary>Packet ids of messages sent to a client that it has not acknowledged. Thread-safe.</summary>
/// <remarks>MQTTnet keeps each of those messages in memory, however many; this knows when it is enough.</remarks>
internal sealed class SentMessages
{
    /// <summary>Twenty times what clients usually let a broker have in flight.</summary>
    public const int MaxUnacknowledged = 1000;

    private readonly HashSet<ushort> _ids = [];

    /// <summary>False when the client has left too many unacknowledged.</summary>
    public bool TryAdd(ushort id)
    {
        lock (_ids)
        {
            _ids.Add(id);
            return _ids.Count <= MaxUnacknowledged;
        }
    }

    public void Acknowledged(ushort id)
    {
        lock (_ids) _ids.Remove(id);
    }
}
