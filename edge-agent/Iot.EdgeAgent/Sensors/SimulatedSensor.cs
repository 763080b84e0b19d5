namespace Iot.EdgeAgent.Sensors;

/// <summary>A value made from the clock and a seed: equal seeds give equal values at equal times.</summary>
internal sealed class SimulatedSensor : ISensor
{
    private readonly SensorOptions _options;
    private readonly ReadingName _name;
    private readonly double _phase;
    private ulong _random;
    private double _walk;

    /// <param name="seed">Of the device; the sensor's own is mixed in.</param>
    public SimulatedSensor(string name, SensorOptions options, int seed)
    {
        Name = name;
        _options = options;
        _name = ReadingName.Parse(options.Name ?? $"simulated/{name}", options.Unit ?? Units.Count);
        _random = ((ulong)(uint)seed << 32) + (uint)options.Seed;
        _phase = NextRandom();
        _walk = NextRandom();
    }

    public string Name { get; }

    public void Sample(SensorReadings readings)
    {
        var turn = (readings.Seconds / _options.Period.TotalSeconds + _phase) % 1;
        var share = _options.Shape switch
        {
            SimulatedShape.Sine => 0.5 + 0.5 * Math.Sin(turn * Math.Tau),
            SimulatedShape.Ramp => turn,
            SimulatedShape.Square => turn < 0.5 ? 0 : 1,
            SimulatedShape.Walk => _walk = Math.Clamp(_walk + (NextRandom() - 0.5) * 0.05, 0, 1),
            _ => NextRandom(),
        };
        readings.Add(_name, Math.Round(_options.Min + share * (_options.Max - _options.Min), 3));
    }

    public void Dispose()
    {
        // nothing is held
    }

    /// <summary>0 to 1 by SplitMix64: small, and the same on every machine and runtime.</summary>
    private double NextRandom()
    {
        _random += 0x9E3779B97F4A7C15;
        var mixed = (_random ^ (_random >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
