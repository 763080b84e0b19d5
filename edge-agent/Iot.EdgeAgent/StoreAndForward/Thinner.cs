using System.Text;
using Iot.EdgeAgent.Batching;
using Iot.Wire;

namespace Iot.EdgeAgent.StoreAndForward;

/// <summary>Keeps the trend: of each series the lowest and the highest of so many readings, as they were, with their own times.</summary>
/// <remarks>
/// Windows are counted in readings, so that quick and slow series are thinned alike, and doubled with each level. Texts, data and
/// booleans keep their changes. What a window holds is in memory alone: no longer than <see cref="LongestWindow"/>, and what is
/// kept waits no longer than <see cref="LongestWait"/> for others. The storing loop's own.
/// </remarks>
internal sealed class Thinner(TimeProvider clock)
{
    /// <summary>By then every reading is one of few hundred.</summary>
    public const int HighestLevel = 20;

    public static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private const int MostSeries = 10_000;
    private const int BatchReadings = 200;
    private const int MostReadings = 1_000, MostBytes = 32 * 1024; // of one batch: a gateway takes 10,000 and 256 KiB

    private readonly Dictionary<string, ThinnedSeries> _series = new(StringComparer.Ordinal);
    private readonly Queue<ReadingBatch> _full = new(); // as many as all series at their end are, no more
    private ReadingBatch _kept = new();
    private int _keptBytes;
    private BatchClock? _times;
    private long _keptSince;
    private long _givenUp;

    /// <summary>Something is to be stored now.</summary>
    public bool IsDue => _full.Count > 0 || _kept.Count >= BatchReadings || (_kept.Count > 0 && clock.GetElapsedTime(_keptSince) >= LongestWait);

    /// <summary>Neither a window is open nor anything kept waits.</summary>
    public bool IsEmpty => _full.Count == 0 && _kept.Count == 0 && _series.Count == 0;

    /// <summary>How much is to be thinned: nothing up to half full, and one level more each time half of the rest is used.</summary>
    public static int LevelOf(double fill) => fill < 0.5 ? 0 : Math.Min(HighestLevel, 1 + (int)Math.Log2(0.5 / Math.Max(1e-9, 1 - fill)));

    /// <summary>Times of this batch come from another source than those held: <see cref="Flush"/> and <see cref="TakeKept"/> first, nothing holds both.</summary>
    public bool CountsAnew(ReadingBatch batch) => !IsEmpty && _times?.State != batch.Clock?.State;

    public void Add(ReadingBatch batch, int level)
    {
        _times = batch.Clock;
        foreach (ref readonly var reading in batch.Readings)
        {
            if (reading.Kind == ReadingKind.Float && reading.HasSum) Keep(batch, reading); // a sum lost cannot be made up for
            else Add(batch, reading, 2L << level);
        }
    }

    /// <summary>Ends every window: the detail is wanted again, or this is the end.</summary>
    public void Flush()
    {
        foreach (var series in _series.Values) Close(series);
        _series.Clear();
    }

    /// <summary>What was kept, in batches no larger than others; null when that was all. The caller's until the next call.</summary>
    public ReadingBatch? TakeKept()
    {
        if (_full.TryDequeue(out var full)) return full;
        if (_kept.Count == 0) return null;

        var kept = _kept;
        _kept = new();
        return kept;
    }

    /// <summary>Readings not kept since the last call.</summary>
    public long TakeGivenUp()
    {
        var givenUp = _givenUp;
        _givenUp = 0;
        return givenUp;
    }

    private void Add(ReadingBatch batch, in Reading reading, long window)
    {
        if (SeriesOf(batch, reading) is not { } series)
        {
            Keep(batch, reading);
            return;
        }

        if (reading.Kind != ReadingKind.Float)
        {
            if (series.Changed(batch, reading)) Keep(batch, reading);
            else _givenUp++;
            return;
        }

        series.Take(reading);
        if (series.Count >= window || reading.TimeNs - series.OpenedNs >= LongestWindow.Ticks * 100) Close(series);
    }

    /// <summary>Null when there are too many: those are kept whole.</summary>
    private ThinnedSeries? SeriesOf(ReadingBatch batch, in Reading reading)
    {
        var name = string.Concat(
            Encoding.UTF8.GetString(batch.Utf8(reading.Measurement)), "/", Encoding.UTF8.GetString(batch.Utf8(reading.Field)));
        if (_series.TryGetValue(name, out var series)) return series;
        if (_series.Count >= MostSeries) return null;

        return _series[name] = new(batch, reading);
    }

    private void Close(ThinnedSeries series)
    {
        _givenUp += series.Count;
        foreach (ref readonly var reading in series.TakeExtremes())
        {
            Keep(series.Names, reading);
            _givenUp--;
        }
    }

    private void Keep(ReadingBatch from, in Reading reading)
    {
        var bytes = Batcher.EncodedBytes(in reading);
        if (_kept.Count == MostReadings || (_kept.Count > 0 && _keptBytes + bytes > MostBytes))
        {
            _full.Enqueue(_kept);
            _kept = new();
        }

        if (_kept.Count == 0) (_kept.Clock, _keptSince, _keptBytes) = (_times, clock.GetTimestamp(), 0);
        _keptBytes += bytes;
        _kept.Add(reading with
        {
            Measurement = _kept.AddText(from.Utf8(reading.Measurement)),
            Field = _kept.AddText(from.Utf8(reading.Field)),
            Unit = _kept.AddText(from.Utf8(reading.Unit)),
            Text = _kept.AddText(from.Utf8(reading.Text)),
        });
    }
}
