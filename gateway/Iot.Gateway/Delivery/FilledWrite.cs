namespace Iot.Gateway.Delivery;

/// <summary>A write and what it holds.</summary>
/// <param name="filledAt">Timestamp of its first message.</param>
internal sealed class FilledWrite(ISinkWrite write, long filledAt)
{
    public ISinkWrite Write { get; } = write;

    public long FilledAt { get; } = filledAt;

    /// <summary>One past the last journal offset that it covers.</summary>
    public ulong Next { get; set; }

    public DeliveryTally Tally { get; } = new();

    public int Readings { get; private set; }

    /// <summary>Time of its newest reading, nanoseconds since 1970; 0 while it holds none.</summary>
    public long NewestNs { get; private set; }

    public void Add(SpooledMessage message)
    {
        Write.Add(message);
        Tally.Add(message.Device, message.Accepted);
        Readings += message.Accepted;
        foreach (var reading in message.Batch.Readings) NewestNs = Math.Max(NewestNs, reading.TimeNs);
    }
}
