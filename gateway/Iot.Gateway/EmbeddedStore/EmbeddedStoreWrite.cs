using System.Buffers.Text;
using System.Text;
using Iot.Gateway.Delivery;
using Iot.Wire;

namespace Iot.Gateway.EmbeddedStore;

/// <summary>The rows of one transaction, filled by the delivery loop.</summary>
/// <remarks>Holds a series' object, not its id: a series met for the first time gets its id in the transaction.</remarks>
internal sealed class EmbeddedStoreWrite(EmbeddedStoreSink sink, int maxRows) : ISinkWrite
{
    private readonly Dictionary<Series, (ReadingKind Kind, string? Unit)> _changed = [];
    private SeriesKey _key = new();
    private bool _anyLate;

    public List<StoreRow> Rows { get; } = new(1024);

    /// <summary>Series that are new, or whose kind or unit is not what stands in their row.</summary>
    public IReadOnlyDictionary<Series, (ReadingKind Kind, string? Unit)> Changed => _changed;

    /// <summary>Offset of the first message with rows.</summary>
    public ulong First => Rows.Count == 0 ? ulong.MaxValue : Rows[0].Offset;

    /// <summary>Its messages were written before: the rows of these replace theirs, and no others.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Set by the sink when it opens: whose series the rows name.</summary>
    public SeriesCatalogue Catalogue { get; set; } = null!;

    public bool IsFull => Rows.Count >= maxRows;

    public void Add(SpooledMessage message)
    {
        var batch = message.Batch;
        Span<byte> device = stackalloc byte[DeviceId.MaxLength];
        var length = Encoding.ASCII.GetBytes(message.Device.Value, device);
        var readings = batch.Readings;
        for (var i = 0; i < readings.Length; i++)
        {
            if (!message.IsAccepted(i)) continue;

            ref readonly var reading = ref readings[i];
            if (reading.Kind != ReadingKind.None) AddValue(message, device[..length], reading);
            if (reading.HasSum)
                Append(Find(message, device[..length], reading, "_sum"u8, out var late), reading.TimeNs, ReadingKind.Float, reading.Sum, null, message.Offset, late, default);
        }
    }

    public Task<WriteOutcome> SendAsync(ulong next, CancellationToken cancellation) => sink.SendAsync(this, next, cancellation);

    /// <summary>Rows that another row of the same message replaces: offsets cannot tell those two apart.</summary>
    public HashSet<int> Replaced()
    {
        var replaced = new HashSet<int>();
        if (!_anyLate) return replaced;

        var last = new Dictionary<(Series, long, ulong), int>();
        for (var i = 0; i < Rows.Count; i++)
            if (Rows[i].Late) last[(Rows[i].Series, Rows[i].TimeNs, Rows[i].Offset)] = i;

        for (var i = 0; i < Rows.Count; i++)
            if (last.TryGetValue((Rows[i].Series, Rows[i].TimeNs, Rows[i].Offset), out var winner) && winner > i) replaced.Add(i);

        return replaced;
    }

    /// <summary>Gives the buffers back to the sink, which fills them again.</summary>
    public void Dispose()
    {
        Rows.Clear();
        _changed.Clear();
        _anyLate = false;
        sink.Return(this);
    }

    private void AddValue(SpooledMessage message, ReadOnlySpan<byte> device, in Reading reading)
    {
        var text = reading.Kind switch
        {
            ReadingKind.String => message.Batch.Text(reading.Text),
            ReadingKind.Data => Base64Url.EncodeToString(message.Batch.Utf8(reading.Text)),
            _ => null,
        };
        var series = Find(message, device, reading, default, out var late);
        Append(series, reading.TimeNs, reading.Kind, reading.Number, text, message.Offset, late, message.Batch.Utf8(reading.Unit));
    }

    private Series Find(SpooledMessage message, ReadOnlySpan<byte> device, in Reading reading, ReadOnlySpan<byte> suffix, out bool late)
    {
        var batch = message.Batch;
        _key.Clear();
        _key.Part(device);
        _key.Part(reading.Measurement.IsEmpty ? message.Measurement : batch.Utf8(reading.Measurement));
        _key.Part(batch.Utf8(reading.Field), suffix);
        _key.Part(message.Tags);
        if (!reading.Tags.IsEmpty) _key.Part(batch.Utf8(reading.Tags));

        return Catalogue.Touch(_key.Bytes, reading.TimeNs, out late);
    }

    private void Append(
        Series series, long timeNs, ReadingKind kind, double number, string? text, ulong offset, bool late, ReadOnlySpan<byte> unit)
    {
        Rows.Add(new(series, timeNs, kind, number, text, offset, late));
        _anyLate |= late;
        if (IsReplay && late && series.Row is not null) return; // newer readings say what kind and unit it has

        if (!series.Describes(kind, unit))
            _changed[series] = (kind, unit.IsEmpty ? null : Encoding.UTF8.GetString(unit));
        else if (_changed.Count > 0)
            _changed.Remove(series); // its newest reading is again as its row says
    }
}
