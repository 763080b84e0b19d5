using System.Buffers.Binary;

namespace Iot.EdgeAgent.Timekeeping;

/// <summary>Keeps the times of new readings apart from all given before, however the clock is set.</summary>
/// <remarks>
/// Readings have whole milliseconds. In a span of time that is lived through again, after a step backward, they have so many microseconds more as
/// steps were counted (1 to 999, then from 1 again), until the clock is past the highest time given before. So no sink takes one for the other, and none is replaced.
/// The highest time is noted on disk ahead of itself, so the note is rare, and after a crash the first minutes may count as lived through although they were not.
/// Not thread-safe.
/// </remarks>
//
//   highest ms i64 | step i32
//
internal sealed class StampMarks
{
    private const int Size = 12;
    private const int LastStep = 999;
    private const long NsPerMs = 1_000_000;
    private const long NsPerUs = 1_000;
    private static readonly long AheadMs = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;

    private readonly NotedFile _file;
    private readonly Action<IOException> _notNoted;
    private long _noted;
    private long _last = long.MaxValue; // the first stamp of a process may be a step, too
    private int _step;
    private bool _livesThroughAgain;

    /// <param name="notNoted">Told when the note could not be written: it goes on, and a crash may forget this step.</param>
    /// <exception cref="InvalidDataException">The note is damaged.</exception>
    public StampMarks(NotedFile file, Action<IOException> notNoted)
    {
        (_file, _notNoted) = (file, notNoted);
        if (file.Read() is not { } body) return;
        if (body.Length != Size) throw new InvalidDataException($"'{file.FullPath}' is damaged");

        HighestMs = _noted = BinaryPrimitives.ReadInt64LittleEndian(body);
        _step = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(8));
    }

    /// <summary>Nothing above it was ever given.</summary>
    public long HighestMs { get; private set; }

    /// <returns>Nanoseconds since 1970 that no round of another time was ever given.</returns>
    public long Next(long ms)
    {
        if (ms > HighestMs)
        {
            (HighestMs, _livesThroughAgain) = (ms, false);
            if (ms > _noted) Note(ms + AheadMs);
        }
        else if (ms < _last)
        {
            _livesThroughAgain = true;
            NextStep();
        }

        _last = ms;
        return ms * NsPerMs + (_livesThroughAgain ? _step * NsPerUs : 0);
    }

    /// <summary>For readings that get their times later, all at once.</summary>
    /// <returns>What is to be added to them, when they start at <paramref name="firstMs"/>.</returns>
    public long Apart(long firstMs) => firstMs > HighestMs ? 0 : NextStep() * NsPerUs;

    /// <summary>Nothing more will be stamped.</summary>
    public void Close()
    {
        if (_last != long.MaxValue) Note(HighestMs);
    }

    private int NextStep()
    {
        _step = _step % LastStep + 1;
        Note(Math.Max(_noted, HighestMs));
        return _step;
    }

    private void Note(long ms)
    {
        _noted = ms; // as far as this process is concerned
        Span<byte> body = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(body, ms);
        BinaryPrimitives.WriteInt32LittleEndian(body[8..], _step);
        try
        {
            _file.Write(body);
        }
        catch (IOException e)
        {
            _notNoted(e);
        }
    }
}
