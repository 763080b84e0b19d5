using Iot.Gateway.Ledger;

namespace Iot.Gateway.Observability;

/// <summary>The books of all devices added up, made once for all the instruments of a scrape.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FleetFigures(GatewayLedger ledger, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private FleetBooks? _last;
    private long _madeAt;

    public FleetBooks Current()
    {
        lock (_gate)
        {
            if (_last is not null && clock.GetElapsedTime(_madeAt) < Fresh) return _last;

            _madeAt = clock.GetTimestamp();
            return _last = ledger.Sum(clock.GetUtcNow());
        }
    }
}
