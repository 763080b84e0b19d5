using System.Diagnostics.Metrics;

namespace Iot.Gateway.Tests.Pipeline;

/// <summary>Meters under other names: whoever listens to the gateway's in this process hears only the one it tests.</summary>
internal sealed class QuietMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter("Quiet." + options.Name);
        _meters.Add(meter);
        return meter;
    }

    public bool Owns(Meter meter) => _meters.Contains(meter);

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
