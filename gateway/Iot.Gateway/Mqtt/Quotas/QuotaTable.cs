namespace Iot.Gateway.Mqtt.Quotas;

/// <summary>The quotas of all devices, or of all addresses. Thread-safe; asked once or twice a connection, never for a message.</summary>
/// <remarks>
/// One that has no connection any more is kept, so that coming back does not renew its allowance. When there are more than
/// <see cref="MaxKept"/>, those without a connection are forgotten: whoever commands so many names gains one burst by it.
/// </remarks>
internal sealed class QuotaTable<TKey>(QuotaLimits limits, TimeProvider clock)
    where TKey : notnull
{
    public const int MaxKept = 100_000;

    private readonly Dictionary<TKey, Quota> _quotas = [];
    private readonly Lock _gate = new();
    private int _sweepAt = MaxKept;

    public int Count
    {
        get
        {
            lock (_gate) return _quotas.Count;
        }
    }

    /// <summary>Keep it until <see cref="Release"/>.</summary>
    public Quota Hold(TKey key)
    {
        lock (_gate)
        {
            if (!_quotas.TryGetValue(key, out var quota))
            {
                if (_quotas.Count >= _sweepAt) Sweep();
                _quotas[key] = quota = new(limits, clock);
            }

            quota.Holders++;
            return quota;
        }
    }

    public bool TryEnter(Quota quota)
    {
        lock (_gate) return quota.TryEnter();
    }

    /// <param name="entered">Whether <see cref="TryEnter"/> said yes.</param>
    public void Release(Quota quota, bool entered)
    {
        lock (_gate)
        {
            quota.Holders--;
            if (entered) quota.Exit();
        }
    }

    private void Sweep()
    {
        foreach (var (key, quota) in _quotas)
            if (quota.Holders == 0) _quotas.Remove(key);

        _sweepAt = Math.Max(MaxKept, 2 * _quotas.Count); // so many hold a connection; sweeping for each newcomer would be slow
    }
}
