using System.Text;
using Iot.Wire;

namespace Iot.EdgeAgent.Sensors.Shaping;

/// <summary>What becomes of a group's readings before they are handed over: chosen, named, converted, gathered over a window, sent on change.</summary>
/// <remarks>Not thread-safe: it belongs to one sampling loop. What it gives is valid until the next call.</remarks>
internal sealed class ReadingShaper
{
    /// <summary>Names beyond these, as a program that makes them up would give, are left out and reported.</summary>
    public const int MaxNames = 2_000;

    private readonly SensorOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly long _start;
    private readonly Dictionary<string, ReadingTrack> _tracks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadingTrack>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly ReadingBatch _shaped = new();
    private char[] _name = new char[128];
    private BatchClock? _times;
    private TimeSpan _windowEnd;
    private bool _reported;

    public ReadingShaper(SensorOptions options, TimeProvider clock, ILogger logger)
    {
        (_options, _clock, _logger, _start) = (options, clock, logger, clock.GetTimestamp());
        _lookup = _tracks.GetAlternateLookup<ReadOnlySpan<char>>();
        _windowEnd = options.Window;
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    /// <summary>Times of this round count from elsewhere than those before, as when the clock has just been set: <see cref="Flush"/> first, no window holds both.</summary>
    public bool CountsAnew(ReadingBatch round) => _tracks.Count > 0 && IsUnbound(_times) != IsUnbound(round.Clock);

    public ReadingBatch Shape(ReadingBatch round)
    {
        _shaped.Clear();
        _shaped.Clock = _times = round.Clock;
        var now = Now;
        foreach (ref readonly var reading in round.Readings) Track(round, in reading)?.Take(round, in reading, _shaped, now);

        if (_options.Window > TimeSpan.Zero && now >= _windowEnd)
        {
            CloseWindows(now);
            _windowEnd += _options.Window;
            if (_windowEnd <= now) _windowEnd = now + _options.Window; // after a stall no empty windows are made up for
        }

        return _shaped;
    }

    /// <summary>What is left of the open window, when no more readings will come.</summary>
    public ReadingBatch Flush()
    {
        _shaped.Clear();
        _shaped.Clock = _times;
        CloseWindows(Now);
        return _shaped;
    }

    private void CloseWindows(TimeSpan now)
    {
        foreach (var track in _tracks.Values) track.CloseWindow(_shaped, now);
    }

    private static bool IsUnbound(BatchClock? clock) => clock is { State: ClockState.Rebased };

    private ReadingTrack? Track(ReadingBatch round, in Reading reading)
    {
        var name = Name(round.Utf8(reading.Measurement), round.Utf8(reading.Field));
        if (_lookup.TryGetValue(name, out var track)) return track;

        if (_tracks.Count < MaxNames) return _lookup[name] = new(_options, name.ToString(), round.Text(reading.Unit));

        if (!_reported) _logger.TooManyNames(MaxNames, name.ToString());
        _reported = true;
        return null;
    }

    private ReadOnlySpan<char> Name(ReadOnlySpan<byte> measurement, ReadOnlySpan<byte> field)
    {
        var most = measurement.Length + 1 + field.Length;
        if (most > _name.Length) _name = new char[most];
        var length = Encoding.UTF8.GetChars(measurement, _name);
        if (length > 0) _name[length++] = '/';
        length += Encoding.UTF8.GetChars(field, _name.AsSpan(length));
        return _name.AsSpan(0, length);
    }
}
