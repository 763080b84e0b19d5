using Iot.EdgeAgent.Timekeeping;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors;

/// <summary>What one round of sampling found. Filled, handed over and filled again without allocating.</summary>
internal sealed class SensorReadings
{
    /// <summary>In bytes. A batch goes through the gateway as one message, of 256 KiB at most.</summary>
    public const int LongestText = 16 * 1024;

    /// <summary>In bytes: SenML has 255 (WIRE.md), and the device and a colon stand before it.</summary>
    public const int LongestName = 255 - DeviceId.MaxLength - 1;

    private long _timeNs;
    private ReadingFaults _faults;

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
        if (double.IsFinite(value) && Fits(name)) Batch.Add(Of(name, ReadingKind.Float, age) with { Number = value });
    }

    /// <inheritdoc cref="Add(ReadingName, double, TimeSpan)"/>
    public void Add(ReadingName name, bool value, TimeSpan age = default)
    {
        if (Fits(name)) Batch.Add(Of(name, ReadingKind.Boolean, age) with { Number = value ? 1 : 0 });
    }

    /// <inheritdoc cref="Add(ReadingName, double, TimeSpan)"/>
    public void Add(ReadingName name, ReadOnlySpan<byte> utf8, TimeSpan age = default)
    {
        if (utf8.Length > LongestText) Note(ReadingFaults.Text);
        if (utf8.Length > LongestText || !Fits(name)) return;

        var text = Batch.AddText(utf8);
        Batch.Add(Of(name, ReadingKind.String, age) with { Text = text });
    }

    /// <summary>A share of the whole, in steps of 0.0001.</summary>
    public void AddRatio(ReadingName name, double part, double whole) => Add(name, Math.Round(Math.Clamp(part / whole, 0, 1), 4));

    /// <summary>Kept until <see cref="TakeFaults"/>.</summary>
    public void Note(ReadingFaults fault) => _faults |= fault;

    /// <summary>What was noted since the last call.</summary>
    public ReadingFaults TakeFaults()
    {
        var faults = _faults;
        _faults = ReadingFaults.None;
        return faults;
    }

    private bool Fits(ReadingName name)
    {
        var fits = name.Measurement.Length + 1 + name.Field.Length <= LongestName && name.Unit.Length <= LongestName;
        if (!fits) Note(ReadingFaults.Name);
        return fits;
    }

    private Reading Of(ReadingName name, ReadingKind kind, TimeSpan age) => new()
    {
        Measurement = Batch.AddText(name.Measurement),
        Field = Batch.AddText(name.Field),
        Unit = Batch.AddText(name.Unit),
        TimeNs = TimeOf(age),
        Sum = double.NaN,
        Kind = kind,
    };

    /// <summary>An age that cannot be is none: SenML carries no time before <see cref="Stamp.UnboundOriginNs"/>, and one such reading would keep back its whole batch.</summary>
    private long TimeOf(TimeSpan age)
    {
        var ms = (long)age.TotalMilliseconds;
        if (ms >= 0 && ms <= (_timeNs - Stamp.UnboundOriginNs) / 1_000_000) return _timeNs - ms * 1_000_000;

        if (ms != 0) Note(ReadingFaults.Time);
        return _timeNs;
    }
}
