namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>What one device, or one address, has of the gateway. Its counts are guarded by the <see cref="QuotaTable{TKey}"/>.</summary>
internal sealed class Quota(QuotaLimits limits, TimeProvider clock)
{
    private readonly Allowance _connects = new(limits.ConnectsPerSecond, limits.Burst, clock);

    public Pace Pace { get; } = new(limits.Pace, limits.Burst, clock);

    /// <summary>Connections that have not finished their CONNECT.</summary>
    public OldestFirst Unfinished { get; } = new(limits.Unfinished);

    /// <summary>Connections that hold on to this; while there are any it is not forgotten.</summary>
    public int Holders { get; set; }

    /// <summary>Of them, those that were let in.</summary>
    public int Connections { get; private set; }

    public bool TryConnect(long now) => _connects.TryTake(now);

    public bool TryEnter()
    {
        if (Connections >= limits.Connections) return false;

        Connections++;
        return true;
    }

    public void Exit() => Connections--;
}

/// <summary>The same for each device, or for each address.</summary>
internal sealed record QuotaLimits(int Connections, int Unfinished, int ConnectsPerSecond, PaceLimits Pace, TimeSpan Burst)
{
    public static QuotaLimits OfAddress(LimitsOptions limits) => new(
        limits.ConnectionsPerAddress, limits.UnfinishedPerAddress, limits.ConnectsPerSecondPerAddress,
        new(limits.MessagesPerSecondPerAddress, limits.BytesPerSecondPerAddress, limits.ReadingsPerSecondPerAddress, limits.RefusedPerSecondPerAddress),
        limits.Burst);

    public static QuotaLimits OfDevice(LimitsOptions limits) => new(
        limits.ConnectionsPerDevice, Unfinished: 1, limits.ConnectsPerSecondPerDevice,
        new(limits.MessagesPerSecondPerDevice, limits.BytesPerSecondPerDevice, limits.ReadingsPerSecondPerDevice, limits.RefusedPerSecondPerDevice),
        limits.Burst);
}
