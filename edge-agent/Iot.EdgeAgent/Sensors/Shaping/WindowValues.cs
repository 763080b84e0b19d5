using Iot.Wire;

namespace Iot.EdgeAgent.Sensors.Shaping;

/// <summary>The readings of one name in the window that is open.</summary>
/// <remarks>Of numbers and booleans all is kept that the aggregates need, of texts the last only.</remarks>
internal sealed class WindowValues
{
    private double _sum;
    private double _min;
    private double _max;
    private byte[] _text = [];
    private int _textLength;

    public int Count { get; private set; }

    /// <summary>The last reading; its texts are not valid any more.</summary>
    public Reading Last { get; private set; }

    public ReadOnlySpan<byte> LastText => _text.AsSpan(0, _textLength);

    public void Add(in Reading reading, ReadOnlySpan<byte> text)
    {
        if (Count++ == 0) (_sum, _min, _max) = (0, reading.Number, reading.Number);
        _sum += reading.Number;
        _min = Math.Min(_min, reading.Number);
        _max = Math.Max(_max, reading.Number);
        Last = reading;
        if (text.Length > _text.Length) _text = new byte[text.Length];
        text.CopyTo(_text);
        _textLength = text.Length;
    }

    /// <summary>Of a text there are the last and the count only; a mean of booleans is the share of true.</summary>
    public bool TryGet(Aggregate aggregate, out Reading reading)
    {
        var isText = Last.Kind is ReadingKind.String or ReadingKind.Data;
        reading = aggregate switch
        {
            Aggregate.Mean when !isText => Last with { Kind = ReadingKind.Float, Number = Significant.Round(_sum / Count) },
            Aggregate.Min when !isText => Last with { Number = _min },
            Aggregate.Max when !isText => Last with { Number = _max },
            Aggregate.Count => Last with { Kind = ReadingKind.Float, Number = Count },
            _ => Last,
        };
        return !isText || aggregate is Aggregate.Last or Aggregate.Count;
    }

    public void Clear() => Count = 0;
}
