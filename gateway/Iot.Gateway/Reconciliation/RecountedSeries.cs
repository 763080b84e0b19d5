using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Wire;

namespace Iot.Gateway.Reconciliation;

/// <summary>Gives each series of the journal a number. Holds a bounded number of them; one that is met again after that gets another.</summary>
internal sealed class RecountedSeries(int capacity)
{
    /// <summary>About 200 bytes each.</summary>
    public const int DefaultCapacity = 250_000;

    private readonly Dictionary<byte[], int> _numbers = new(SeriesKeyComparer.Instance);
    private SeriesKey _key = new();
    private int _last;

    /// <param name="suffix">Behind the field's name: <c>_sum</c> is a series of its own.</param>
    /// <param name="learned">Its name when the number is new; else null.</param>
    public int NumberOf(SpooledMessage message, ReadOnlySpan<byte> device, in Reading reading, ReadOnlySpan<byte> suffix, out SeriesName? learned)
    {
        var batch = message.Batch;
        _key.Clear();
        _key.Part(device);
        _key.Part(reading.Measurement.IsEmpty ? message.Measurement : batch.Utf8(reading.Measurement));
        _key.Part(batch.Utf8(reading.Field), suffix);
        _key.Part(message.Tags);
        if (!reading.Tags.IsEmpty) _key.Part(batch.Utf8(reading.Tags));

        learned = null;
        var bySpan = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (bySpan.TryGetValue(_key.Bytes, out var number)) return number;

        if (_numbers.Count >= capacity) _numbers.Clear();
        _numbers.Add(_key.Bytes.ToArray(), ++_last);
        var parts = SeriesKey.Parts(SeriesKey.Canonical(_key.Bytes));
        learned = new(parts[0], parts[1], parts[2], parts[3]);
        return _last;
    }
}
