using Iot.Wire;

namespace Iot.EdgeAgent.Batching;

/// <summary>Gathers the readings of all sensors of a device into batches, closed by size or by age.</summary>
/// <remarks>
/// Sensors never wait here, whatever the disk does: when <see cref="MaxClosed"/> batches wait to be stored, new readings are
/// given up and counted. <see cref="Add"/> is thread-safe; <see cref="NextAsync"/> and <see cref="Recycle"/> have one caller.
/// </remarks>
internal sealed class Batcher : IDisposable
{
    private const int WaitingBytes = 1024 * 1024;
    private const int MaxFree = 8;

    private readonly BatchingOptions _options;
    private readonly Lock _gate = new();
    private readonly ITimer _age;
    private readonly Signal _changed = new();
    private readonly Queue<ReadingBatch> _closed = new();
    private readonly Stack<ReadingBatch> _free = new(MaxFree);
    private ReadingBatch _open = new();
    private int _openBytes;
    private long _givenUp;
    private int _taken;
    private long _givenUpTold;
    private bool _overdue;
    private bool _completed;

    public Batcher(BatchingOptions options, TimeProvider clock)
    {
        _options = options;
        MaxClosed = Math.Clamp(WaitingBytes / options.MaxBytes, 8, 32);
        _age = clock.CreateTimer(_ => CloseAged(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Batches that may wait to be stored: so many that the 10,000 readings which a program may print at once have room, and no more than about 1 MiB.</summary>
    public int MaxClosed { get; }

    /// <summary>Readings given up because more came than was stored in the meantime: a slow disk, or very many at once.</summary>
    public long GivenUp => Interlocked.Read(ref _givenUp);

    /// <summary>Batches that are begun and not yet stored.</summary>
    public int Pending
    {
        get
        {
            lock (_gate) return _closed.Count + _taken + (_open.Count > 0 ? 1 : 0);
        }
    }

    /// <summary>Those since the last call. The caller of <see cref="NextAsync"/> tells the outbox.</summary>
    public long TakeGivenUp()
    {
        var (told, now) = (_givenUpTold, GivenUp);
        _givenUpTold = now;
        return now - told;
    }

    /// <summary>Copies the readings of <paramref name="sampled"/>.</summary>
    public void Add(ReadingBatch sampled)
    {
        lock (_gate)
        {
            foreach (ref readonly var reading in sampled.Readings) AddLocked(sampled, in reading);
        }
    }

    /// <summary>Closes what is open; <see cref="NextAsync"/> gives that and then null. Later readings are given up.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            CloseLocked();
        }

        _changed.Set();
    }

    /// <summary>The oldest closed batch, once there is one; null after <see cref="Complete"/> when none is left.</summary>
    public async ValueTask<ReadingBatch?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_closed.TryDequeue(out var batch))
                {
                    _taken++;
                    if (_overdue) CloseLocked();
                    return batch;
                }

                if (_completed) return null;
            }

            await _changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Gives back a batch of <see cref="NextAsync"/> to be filled again.</summary>
    public void Recycle(ReadingBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            _taken--;
            if (_free.Count < MaxFree) _free.Push(batch); // those of a burst are let go
        }
    }

    public void Dispose() => _age.Dispose();

    private void AddLocked(ReadingBatch sampled, in Reading reading)
    {
        var bytes = EncodedBytes(in reading);
        if (IsFullLocked(bytes) || IsOfAnotherClockLocked(sampled)) CloseLocked();
        if (_completed || IsFullLocked(bytes) || IsOfAnotherClockLocked(sampled))
        {
            Interlocked.Increment(ref _givenUp);
            return;
        }

        if (_open.Count == 0) _age.Change(_options.MaxAge, Timeout.InfiniteTimeSpan);
        _open.Clock = sampled.Clock;

        _openBytes += bytes;
        _open.Add(reading with
        {
            Measurement = _open.AddText(sampled.Utf8(reading.Measurement)),
            Field = _open.AddText(sampled.Utf8(reading.Field)),
            Unit = _open.AddText(sampled.Utf8(reading.Unit)),
            Text = _open.AddText(sampled.Utf8(reading.Text)),
        });
        if (_open.Count == _options.MaxReadings) CloseLocked();
    }

    private bool IsFullLocked(int bytes) =>
        _open.Count > 0 && (_open.Count >= _options.MaxReadings || _openBytes + bytes > _options.MaxBytes);

    /// <summary>Times of one batch come from one source; and those that are not known yet wait, so the others must not lie among them.</summary>
    private bool IsOfAnotherClockLocked(ReadingBatch sampled) => _open.Count > 0 && _open.Clock?.State != sampled.Clock?.State;

    private void CloseAged()
    {
        lock (_gate) CloseLocked();
    }

    /// <summary>When as many as may already wait, the batch stays open and goes as soon as one of them does.</summary>
    private void CloseLocked()
    {
        if (_open.Count == 0) return;

        _overdue = _closed.Count >= MaxClosed && !_completed;
        if (_overdue) return;

        _closed.Enqueue(_open);
        _open = _free.TryPop(out var free) ? free : new();
        _openBytes = 0;
        _changed.Set();
    }

    /// <summary>An upper estimate: its texts, a 9-byte number, a time and the labels.</summary>
    public static int EncodedBytes(in Reading reading) =>
        32 + reading.Measurement.Length + reading.Field.Length + reading.Unit.Length + reading.Text.Length;
}
