using System.Runtime.CompilerServices;

namespace Iot.Gateway.Detection.Habits;

/// <summary>The last 32 values: 128 bytes.</summary>
internal struct RecentValues
{
    private const int Most = 32;

    /// <summary>Of a normal distribution, its standard deviation over the median distance from its median.</summary>
    private const double OfNormal = 1.4826;

    private Values _values;
    private int _count;
    private int _next;

    public void Add(float value)
    {
        _values[_next] = value;
        _next = (_next + 1) % Most;
        _count = Math.Min(_count + 1, Most);
    }

    public void Clear() => (_count, _next) = (0, 0);

    /// <summary>The median, and the robust standard deviation.</summary>
    public readonly (double Median, double Deviation) Spread()
    {
        Span<float> sorted = stackalloc float[Most];
        sorted = sorted[.._count];
        for (var i = 0; i < _count; i++) sorted[i] = _values[i];
        var median = MedianOf(sorted);
        for (var i = 0; i < _count; i++) sorted[i] = Math.Abs(_values[i] - median);
        return (median, OfNormal * MedianOf(sorted));
    }

    private static float MedianOf(Span<float> values)
    {
        values.Sort();
        return values.IsEmpty ? 0 : values[values.Length / 2];
    }

    [InlineArray(Most)]
    private struct Values
    {
        private float _first;
    }
}

/// <summary>Tells a counter, which grows and begins again now and then, from a value that goes up and down.</summary>
internal struct Direction
{
    private const int Enough = 8;

    /// <summary>So many steps up for one down.</summary>
    private const int UpForDown = 20;

    private const int Most = 1000;

    private int _up;
    private int _down;

    public bool IsCounter { get; private set; }

    /// <summary>True when it is no longer what it was taken for.</summary>
    public bool Add(int step)
    {
        if (step > 0) _up++;
        else if (step < 0) _down++;

        if (_up + _down > Most) (_up, _down) = (_up / 2, _down / 2);
        var isCounter = _up >= Enough && _up >= UpForDown * _down;
        var turned = isCounter != IsCounter;
        IsCounter = isCounter;
        return turned;
    }
}
