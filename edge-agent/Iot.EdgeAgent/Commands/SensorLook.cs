using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.Sensors.Shaping;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Commands;

/// <summary>A sensor that a person looks at: its readings as they would be sent, but each at once, without window and deadband.</summary>
internal sealed class SensorLook(ISensor sensor, SensorOptions? shaping) : IDisposable
{
    private readonly SensorReadings _readings = new();
    private readonly ReadingShaper? _shaper = shaping is null
        ? null
        : new(shaping with { Window = TimeSpan.Zero, Aggregates = [], Deadband = null }, TimeProvider.System, NullLogger.Instance);

    public string Name => sensor.Name;

    /// <summary>Of the last look; null when all went well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Valid until the next.</summary>
    public ReadingBatch Take()
    {
        _readings.Begin(TimeProvider.System.GetUtcNow());
        Failure = null;
        try
        {
            sensor.Sample(_readings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = e.Message;
        }

        return _shaper is null ? _readings.Batch : _shaper.Shape(_readings.Batch);
    }

    public void Dispose() => sensor.Dispose();
}
