using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>The open window of one series: its lowest and highest reading so far, or the last value where there is no order.</summary>
internal sealed class ThinnedSeries
{
    private readonly Reading _names;
    private readonly Reading[] _extremes = new Reading[2];
    private Reading _lowest, _highest;
    private byte[]? _last;
    private double _lastNumber = double.NaN;

    public ThinnedSeries(ReadingBatch batch, in Reading reading)
    {
        _names = new()
        {
            Measurement = Names.AddText(batch.Utf8(reading.Measurement)),
            Field = Names.AddText(batch.Utf8(reading.Field)),
            Unit = Names.AddText(batch.Utf8(reading.Unit)),
        };
    }

    /// <summary>Holds the texts of the readings of <see cref="TakeExtremes"/>.</summary>
    public ReadingBatch Names { get; } = new();

    /// <summary>Readings taken since the window was opened.</summary>
    public long Count { get; private set; }

    /// <summary>Time of the window's first reading.</summary>
    public long OpenedNs { get; private set; }

    public void Take(in Reading reading)
    {
        var own = reading with { Measurement = _names.Measurement, Field = _names.Field, Unit = _names.Unit, Text = default };
        if (Count == 0) (_lowest, _highest, OpenedNs) = (own, own, own.TimeNs);
        else if (own.Number < _lowest.Number) _lowest = own;
        else if (own.Number > _highest.Number) _highest = own;
        Count++;
    }

    /// <summary>In the order of their times; one when all were equal, none when there was none. Opens a new window.</summary>
    public ReadOnlySpan<Reading> TakeExtremes()
    {
        if (Count == 0) return [];

        Count = 0;
        (_extremes[0], _extremes[1]) = _lowest.TimeNs <= _highest.TimeNs ? (_lowest, _highest) : (_highest, _lowest);
        return _extremes.AsSpan(0, _lowest.TimeNs == _highest.TimeNs ? 1 : 2);
    }

    /// <summary>It differs from the last one, which it now is.</summary>
    public bool Changed(ReadingBatch batch, in Reading reading)
    {
        var text = batch.Utf8(reading.Text);
        if (_last is not null && text.SequenceEqual(_last) && reading.Number.Equals(_lastNumber)) return false;

        (_last, _lastNumber) = (text.ToArray(), reading.Number);
        return true;
    }
}
