using System.Collections.Concurrent;
using System.Security.Cryptography;
using Iot.Gateway.Observability;
using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>Which series each device has opened, and how many more it may: random names must not explode a database.</summary>
/// <remarks>
/// A series counts from the first reading of it that is accepted, and for good: nothing tells here that a sink has forgotten it.
/// The ledger writes the counts down and, at a start, makes up from the journal for what came since. Thread-safe.
/// </remarks>
internal sealed class SeriesBudget(LimitsOptions limits, TimeProvider clock, ILogger<SeriesBudget> logger)
{
    private readonly ConcurrentDictionary<DeviceId, KnownSeries> _devices = new();
    private readonly QuietKind _tooMany = new();
    private static readonly KnownSeries Nothing = new(); // stays empty
    private long _count;

    /// <summary>Of all devices.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Secret; goes with the names.</summary>
    public ulong Seed { get; private set; } = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>A moment's view; take each one's lock before looking into it.</summary>
    public IEnumerable<KeyValuePair<DeviceId, KnownSeries>> Devices => _devices;

    /// <summary>How many the device has.</summary>
    public int CountOf(DeviceId device)
    {
        if (!_devices.TryGetValue(device, out var known)) return 0;

        lock (known.Lock) return known.Names.Count;
    }

    /// <summary>Adds to <paramref name="rejections"/> the readings that would open one series too many; they stay in ascending order of index.</summary>
    /// <param name="opens">The others open their series. False: nothing is changed; <see cref="Remember"/> opens them when they are on disk.</param>
    public void Judge(ReadingBatch batch, DeviceSchema schema, List<Rejection> rejections, bool opens = true)
    {
        var before = rejections.Count;
        if (before == batch.Count) return;

        var known = opens ? Of(batch.Device) : _devices.GetValueOrDefault(batch.Device, Nothing);
        lock (known.Lock) JudgeLocked(batch, schema.Measurement, known, opens ? null : [], rejections);
        if (rejections.Count == before) return;

        rejections.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        Say(batch.Device, rejections.Count - before);
    }

    /// <summary>Recovery: the accepted readings of this batch are on disk, so their series are open, however many.</summary>
    public void Remember(ReadingBatch batch, ReadOnlySpan<byte> measurement, Func<int, bool> isAccepted)
    {
        var names = new SeriesNames(batch, measurement, Seed, stackalloc SeriesNames.Said[SeriesNames.RoomFor(batch.Count)]);
        var known = _devices.GetOrAdd(batch.Device, static _ => new());
        lock (known.Lock)
        {
            for (var i = 0; i < batch.Count; i++)
                if (isAccepted(i) && names.TryName(batch.Readings[i], out var name) && !known.Contains(name)) Open(known, name);
        }
    }

    /// <summary>Takes over what a snapshot says, instead of what is known.</summary>
    public void Restore(ulong seed, IEnumerable<(DeviceId Device, IReadOnlyList<ulong> Names)> devices)
    {
        _devices.Clear();
        (Seed, _count) = (seed, 0);
        foreach (var (device, names) in devices)
        {
            var known = _devices.GetOrAdd(device, static _ => new());
            lock (known.Lock)
            {
                foreach (var name in names) Open(known, name);
            }
        }
    }

    /// <param name="would">What the batch would open; null when it opens it.</param>
    private void JudgeLocked(ReadingBatch batch, ReadOnlySpan<byte> measurement, KnownSeries known, HashSet<ulong>? would, List<Rejection> rejections)
    {
        var names = new SeriesNames(batch, measurement, Seed, stackalloc SeriesNames.Said[SeriesNames.RoomFor(batch.Count)]);
        var readings = batch.Readings;
        var (refused, next) = (rejections.Count, 0);
        for (var i = 0; i < readings.Length; i++)
        {
            if (next < refused && rejections[next].Index == i)
            {
                next++;
            }
            else if (names.TryName(readings[i], out var name) && !known.Contains(name) && !TryOpen(known, would, name))
            {
                names.Forget(readings[i]); // the next one of that name is judged like this one
                rejections.Add(new(i, RejectReason.TooManySeries));
            }
        }
    }

    private bool TryOpen(KnownSeries known, HashSet<ulong>? would, ulong name)
    {
        if (would?.Contains(name) == true) return true;

        var open = would?.Count ?? 0;
        if (known.Names.Count + open >= limits.SeriesPerDevice || Count + open >= limits.Series) return false;

        if (would is null) Open(known, name);
        else would.Add(name);
        return true;
    }

    private void Open(KnownSeries known, ulong name)
    {
        known.Add(name);
        Interlocked.Increment(ref _count); // devices side by side may exceed the bound of all by their number
    }

    private void Say(DeviceId device, int readings)
    {
        if (_tooMany.MaySpeak(clock, out var suppressed))
            logger.TooManySeries(device.Value, limits.SeriesPerDevice, limits.Series, readings, suppressed);
    }

    /// <summary>A device that is new when all series are open is not remembered.</summary>
    private KnownSeries Of(DeviceId device)
    {
        if (_devices.TryGetValue(device, out var known)) return known;

        return Count < limits.Series ? _devices.GetOrAdd(device, static _ => new()) : new();
    }
}
