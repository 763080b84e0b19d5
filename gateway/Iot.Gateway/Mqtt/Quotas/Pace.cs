namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>How fast a device, or an address, may send. What goes beyond is taken all the same, and paid for by reading no further for a while.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Pace(PaceLimits limits, TimeSpan burst, TimeProvider clock)
{
    private readonly Allowance _messages = new(limits.Messages, burst, clock);
    private readonly Allowance _bytes = new(limits.Bytes, burst, clock);
    private readonly Allowance _readings = new(limits.Readings, burst, clock);
    private readonly Allowance _refused = new(limits.Refused, burst, clock);

    public void Message(int bytes, long now)
    {
        _messages.Take(1, now);
        _bytes.Take(bytes, now);
    }

    public void Readings(int count, long now) => _readings.Take(count, now);

    public void Refused(long now) => _refused.Take(1, now);

    /// <summary>In timestamps; 0 or less for none.</summary>
    public long DebtAt(long now) => Math.Max(
        Math.Max(_messages.DebtAt(now), _bytes.DebtAt(now)),
        Math.Max(_readings.DebtAt(now), _refused.DebtAt(now)));
}

/// <summary>Each a second.</summary>
internal sealed record PaceLimits(int Messages, int Bytes, int Readings, int Refused);
