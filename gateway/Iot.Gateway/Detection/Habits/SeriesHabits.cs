using System.IO.Hashing;
using System.Runtime.InteropServices;
using Iot.Wire;

namespace Iot.Gateway.Detection.Habits;

/// <summary>A few series of one device: from each message, a few readings in turn, at most once a second.</summary>
internal sealed class SeriesHabits
{
    private const int ReadingsATurn = 4;
    private const long SecondNs = 1_000_000_000;

    /// <summary>A series that was silent for so long makes room for a new one.</summary>
    private const long SilentNs = 3600 * SecondNs;

    private readonly List<SeriesHabit> _series = new(4);
    private long _lastNs;
    private uint _turn;

    public bool IsDue(long nowNs) => nowNs - _lastNs is >= SecondNs or < 0;

    /// <summary>The first reading of the turn that is far from all its series has been; null when none is.</summary>
    public StrangeValue? Take(ReadingBatch batch, long nowNs, DetectionOptions options, SeriesBounds bounds)
    {
        _lastNs = nowNs;
        StrangeValue? strange = null;
        for (var i = 0; i < Math.Min(ReadingsATurn, batch.Count); i++)
        {
            var index = (int)(_turn++ % (uint)batch.Count);
            ref readonly var reading = ref batch.Readings[index];
            if (reading.Kind != ReadingKind.Float || !double.IsFinite(reading.Number)) continue;

            if (HabitOf(NameOf(batch, reading), nowNs, options, bounds) is { } habit && habit.Add(reading.Number, reading.TimeNs, nowNs, options) is { } off)
                strange ??= new(index, off.Seen, off.Normal);
        }

        return strange;
    }

    public void Forget(SeriesBounds bounds) => bounds.Release(_series.Count);

    private SeriesHabit? HabitOf(ulong name, long nowNs, DetectionOptions options, SeriesBounds bounds)
    {
        var oldest = 0;
        for (var i = 0; i < _series.Count; i++)
        {
            if (_series[i].Name == name) return _series[i];
            if (_series[i].SeenNs < _series[oldest].SeenNs) oldest = i;
        }

        if (_series.Count < options.SeriesPerDevice && bounds.TryTake())
        {
            _series.Add(new(name));
            return _series[^1];
        }

        var hasRoom = _series.Count > 0 && nowNs - _series[oldest].SeenNs > SilentNs;
        return hasRoom ? _series[oldest] = new(name) : null;
    }

    /// <summary>64 bits of it: who makes two of his own series share them only spoils his own habits.</summary>
    private static ulong NameOf(ReadingBatch batch, in Reading reading)
    {
        var name = XxHash3.HashToUInt64(batch.Utf8(reading.Field));
        if (!reading.Measurement.IsEmpty) name = XxHash3.HashToUInt64(batch.Utf8(reading.Measurement), (long)name);
        return reading.Tags.IsEmpty ? name : XxHash3.HashToUInt64(batch.Utf8(reading.Tags), (long)name + 1);
    }
}

/// <param name="Index">Of the reading in its batch.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StrangeValue(int Index, string Value, string Normal)
{
    public string Seen(ReadingBatch batch)
    {
        ref readonly var reading = ref batch.Readings[Index];
        var name = batch.Text(reading.Field);
        return $"{Words.Short(reading.Measurement.IsEmpty ? name : $"{batch.Text(reading.Measurement)}/{name}")} = {Value}";
    }
}
