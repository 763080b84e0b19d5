using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>What one round of sampling found. Filled, handed over and filled again without allocating.</summary>
internal sealed class SensorReadings
{
    private long _timeNs;

    public ReadingBatch Batch { get; } = new();

    /// <summary>Seconds since 1970 of this round, for sensors that make their values from the clock.</summary>
    public double Seconds => _timeNs / 1e9;

    /// <summary>Nanoseconds since 1970 of this round, for sensors whose sources say when they measured: an age is what counts.</summary>
    public long TimeNs => _timeNs;

    /// <summary>Starts a round of a clock that is believed.</summary>
    public void Begin(DateTimeOffset now) => Begin(Stamp.Of(now));

    /// <summary>Starts a round.</summary>
    public void Begin(in Stamp stamp)
    {
        Batch.Clear();
        Batch.Clock = stamp.Clock;
        _timeNs = stamp.TimeNs;
    }

    /// <summary>The last round has this time too: its readings would be replaced in every sink by those of another.</summary>
    public bool HasTime(in Stamp stamp) => stamp.TimeNs == _timeNs;

    /// <summary>Leaves the reading out when the value is NaN or infinite, as a rate is on the first round.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="value">In the unit of <paramref name="name"/>.</param>
    /// <param name="age">How long before this round it was measured; default now.</param>
    public void Add(ReadingName name, double value, TimeSpan age = default)
    {
        if (double.IsFinite(value)) Batch.Add(Of(name, ReadingKind.Float, age) with { Number = value });
    }

    /// <inheritdoc cref="Add(ReadingName, double, TimeSpan)"/>
    public void Add(ReadingName name, bool value, TimeSpan age = default) =>
        Batch.Add(Of(name, ReadingKind.Boolean, age) with { Number = value ? 1 : 0 });

    /// <inheritdoc cref="Add(ReadingName, double, TimeSpan)"/>
    public void Add(ReadingName name, ReadOnlySpan<byte> utf8, TimeSpan age = default)
    {
        var text = Batch.AddText(utf8);
        Batch.Add(Of(name, ReadingKind.String, age) with { Text = text });
    }

    /// <summary>A share of the whole, in steps of 0.0001.</summary>
    public void AddRatio(ReadingName name, double part, double whole) => Add(name, Math.Round(Math.Clamp(part / whole, 0, 1), 4));

    private Reading Of(ReadingName name, ReadingKind kind, TimeSpan age) => new()
    {
        Measurement = Batch.AddText(name.Measurement),
        Field = Batch.AddText(name.Field),
        Unit = Batch.AddText(name.Unit),
        TimeNs = _timeNs - (long)age.TotalMilliseconds * 1_000_000,
        Sum = double.NaN,
        Kind = kind,
    };
}
